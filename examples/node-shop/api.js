import { version } from "./version.js";

const generation = Number(process.env.HOTPOD_GENERATION ?? 0);

/** The request handler. `isDraining` says whether the service is about to leave. */
export function createApi({ config, catalog, orders, isDraining }) {
  return async (request, response) => {
    const url = new URL(request.url, "http://shop");
    const [, first, second, id] = url.pathname.split("/");
    const route = `${request.method} /${[first, second].filter(Boolean).join("/")}`;
    switch (route) {
      case "GET /":
        return send(response, 200, "text/html; charset=utf-8", page(config, catalog, orders));
      case "GET /healthz":
        return answer(response, 200, { status: "ok" });
      case "GET /readyz":
        return isDraining()
          ? answer(response, 503, { status: "draining" })
          : answer(response, 200, { status: "ready" });
      case "GET /version":
        return answer(response, 200, { node: process.version });
      case "GET /api/products":
        if (id !== undefined) return answerFound(response, catalog.find(Number(id)));
        return answer(
          response,
          200,
          catalog.search(url.searchParams.get("q") ?? "", config.pageSize),
        );
      case "GET /api/orders":
        return answerFound(response, orders.find(Number(id)));
      case "POST /api/orders":
        return place(request, response, orders);
      default:
        return answer(response, 404, "not found");
    }
  };
}

async function place(request, response, orders) {
  try {
    const { lines } = JSON.parse(await read(request));
    answer(response, 201, orders.place(lines));
  } catch (error) {
    answer(response, 422, error.message);
  }
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 1 << 20) throw new Error("the order is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function page(config, catalog, orders) {
  const items = catalog
    .search("", config.pageSize)
    .map(({ name, cents }) => `<li>${name}: ${(cents / 100).toFixed(2)} ${config.currency}</li>`)
    .join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${config.title}</title>
<h1>${config.title}</h1>
<p>Version ${version}, generation ${generation}, ${orders.count()} orders.</p>
<ul>
${items}
</ul>
</html>
`;
}

function answerFound(response, data) {
  if (data === undefined) answer(response, 404, "not found");
  else answer(response, 200, data);
}

/** Data with who answered. `end` comes last: an answer that was cut off lacks it. */
function answer(response, code, data) {
  const body = { version, generation, pid: process.pid, data, end: true };
  send(response, code, "application/json", `${JSON.stringify(body)}\n`);
}

function send(response, code, type, text) {
  const body = Buffer.from(text);
  response.writeHead(code, {
    "Content-Type": type,
    "Content-Length": body.length,
    "X-Version": version,
    "X-Generation": generation,
  });
  response.end(body);
}
