import { createServer, type Server, type ServerResponse } from "node:http";

/** An answer that is ready before anybody asks. */
export interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

export interface ProbePages {
  readonly live: () => Answer;
  readonly ready: () => Answer;
  readonly started: () => Answer;
  readonly metrics: () => Promise<Answer>;
}

/** Why hotpod cannot listen where it should. */
export interface OwnListenFailure {
  readonly code: string;
  readonly host: string;
  readonly port: number;
}

/**
 * The read-only face: nothing here changes anything, so it may listen on every address. Connections are few (kubelet,
 * Prometheus) and bounded, so that they cost the service nothing.
 */
export function createProbeServer(pages: ProbePages): Server {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      send(response, { code: 405, type: "text/plain", body: "read only: GET\n" });
      return;
    }
    switch (request.url?.split("?", 1)[0]) {
      case "/livez":
        return send(response, pages.live());
      case "/readyz":
        return send(response, pages.ready());
      case "/startupz":
        return send(response, pages.started());
      case "/metrics":
        pages.metrics().then(
          (page) => send(response, page),
          (error: unknown) => send(response, { code: 500, type: "text/plain", body: `${error}\n` }),
        );
        return;
      default:
        return send(response, NOT_FOUND);
    }
  });
  server.maxConnections = 256;
  server.keepAliveTimeout = 15_000;
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  // A broken client is its own problem; without a listener Node would end the connection the same way.
  server.on("clientError", (_, socket) => socket.destroy());
  return server;
}

const NOT_FOUND: Answer = {
  code: 404,
  type: "text/plain",
  body: "there are /livez, /readyz, /startupz and /metrics\n",
};

function send(response: ServerResponse, { code, type, body }: Answer): void {
  response.writeHead(code, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}

/** Resolves with the port once the server listens, or with the reason why it cannot. */
export function listenOn(
  server: Server,
  address: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number } | OwnListenFailure> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      resolve({ code: error.code ?? "unknown", ...address });
    server.once("error", failed);
    const where = address.host === "" ? { port: address.port } : address;
    server.listen({ ...where, exclusive: true }, () => {
      server.off("error", failed);
      const bound = server.address();
      resolve({ port: typeof bound === "object" && bound !== null ? bound.port : address.port });
    });
  });
}
