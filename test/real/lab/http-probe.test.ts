/** A pod's httpGet probes: headers, redirects, and what is not answered as it should be. */
import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import { openMachine } from "#edge/lab/open-machine.js";
import { askHandler } from "#lab/probe/ask-handler.js";
import { container, probe } from "#lab/probe/lab-pod.js";
import type { HttpGet } from "#model/kube/pod.js";

const limits = { timeout: 120_000 };

async function asked(context: TestContext, listener: RequestListener) {
  const servers = [createServer(listener), createServer(listener)];
  context.after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  const machine = openMachine({ workFolder: null, keep: false, needs: {} });
  context.after(() => machine.close());
  const { bench } = await machine.openBench("L002", "http", 1);
  const { host } = bench.network;
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    ports.push((server.address() as { port: number }).port);
  }
  const [port = 0, other = 0] = ports;
  const ports80 = [{ name: "web", containerPort: port, protocol: "TCP" as const }];
  const ask = (path: string, fields: Partial<HttpGet> = {}) => {
    const handler = {
      ...{ kind: "httpGet", scheme: "HTTP", host: null, port: "web", path, httpHeaders: [] },
      ...fields,
    } as HttpGet;
    const about = { bench, container: container({ ports: ports80 }), exec: {} };
    return askHandler(probe(handler, { T: 30 }), { ...about, timeoutMs: 30_000 });
  };
  return { ask, host, port, other };
}

test("headers are the kubelet's and the probe's own", limits, async (context) => {
  let seen: IncomingHttpHeaders = {};
  let path = "";
  const { ask } = await asked(context, (request, response) => {
    seen = request.headers;
    path = request.url ?? "";
    response.end("fine");
  });
  const httpHeaders = [
    { name: "Host", value: "shop.example" },
    { name: "Accept", value: "" },
    { name: "X-Probe", value: "1" },
  ];
  assert.deepEqual(await ask("healthz?full=1", { httpHeaders }), {
    kind: "success",
    output: "fine",
  });
  assert.equal(path, "/healthz?full=1");
  const { host, connection, accept, "x-probe": own, "user-agent": agent } = seen;
  assert.deepEqual(
    [host, connection, accept, own, agent],
    ["shop.example", "close", undefined, "1", "kube-probe/1.36"],
  );
});

test(
  "a redirect to the same host is followed, also to another port; a loop fails; one elsewhere is a warning",
  limits,
  async (context) => {
    const at = await asked(context, (request, response) => {
      const to: Record<string, string> = {
        "/here": `http://${at.host}:${at.other}/there`,
        "/loop": "/loop",
        "/away": "http://127.77.1.1:1/there",
      };
      const location = to[request.url ?? ""];
      if (location !== undefined) response.writeHead(302, { location });
      else response.writeHead(request.url === "/bare" ? 304 : 200);
      response.end(request.url === "/bare" ? undefined : `body of ${request.url}`);
    });
    const { ask, host, port } = at;
    assert.deepEqual(await ask("/here"), { kind: "success", output: "body of /there" });
    assert.deepEqual(await ask("/loop"), {
      kind: "failure",
      output: `Get "http://${host}:${port}/loop": stopped after 10 redirects`,
    });
    assert.deepEqual(await ask("/away"), {
      kind: "warning",
      output: "Probe terminated redirects, Response body: body of /away",
    });
    assert.equal((await ask("/bare")).kind, "warning");
  },
);

test(
  "TLS asked of a server without it fails; a body that breaks off is an error",
  limits,
  async (context) => {
    const { ask, host, port } = await asked(context, (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    assert.equal((await ask("/")).kind, "error");
    assert.deepEqual(await ask("/", { scheme: "HTTPS" }), {
      kind: "failure",
      output: `Get "https://${host}:${port}/": http: server gave HTTP response to HTTPS client`,
    });
  },
);
