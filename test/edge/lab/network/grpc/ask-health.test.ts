/** The gRPC health check against servers that speak its wire format, speak it wrongly, or do not speak it at all. */
import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { createServer, type ServerHttp2Stream } from "node:http2";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { askHealth } from "#edge/lab/network/grpc/ask-health.js";
import { freePorts } from "#edge/observe/free-port.js";
import { monotonicMs } from "#edge/observe/time.js";

const HOST = "127.77.251.1";
const limits = { timeout: 60_000 };

/** Listens until the test is over; the port. */
async function listening(context: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as { port: number }).port;
}

type Act = (stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>) => void;

function http2(context: TestContext, act: Act): Promise<number> {
  const server = createServer();
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    act(stream, headers);
  });
  return listening(context, server);
}

const ask = (port: number, timeoutMs = 20_000, service = "") =>
  askHealth({ host: HOST, port, service, timeoutMs, retryMs: 50 });

const GRPC = { ":status": 200, "content-type": "application/grpc" };

/** A call's usual end: the message, then the code. */
function answer(stream: ServerHttp2Stream, message: readonly number[], code = "0"): void {
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": code }));
  stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
}

test("asks as a gRPC client does, for the service that is named", limits, async (context) => {
  let asked: Readonly<Record<string, unknown>> = {};
  let body = Buffer.alloc(0);
  const port = await http2(context, (stream, headers) => {
    asked = headers;
    stream.on("data", (chunk: Buffer) => {
      body = Buffer.concat([body, chunk]);
    });
    stream.on("end", () => answer(stream, [8, 1]));
  });
  assert.deepEqual(await ask(port, 20_000, "shop"), { kind: "answered", status: "SERVING" });
  const wanted = {
    ...{ ":method": "POST", ":scheme": "http", ":path": "/grpc.health.v1.Health/Check" },
    ...{ ":authority": `${HOST}:${port}`, "content-type": "application/grpc", te: "trailers" },
    "user-agent": "kube-probe/1.36",
  };
  for (const [name, value] of Object.entries(wanted)) assert.equal(asked[name], value, name);
  assert.match(`${asked["grpc-timeout"]}`, /^\d{1,5}m$/);
  assert.deepEqual([...body], [0, 0, 0, 0, 6, 0x0a, 4, ...Buffer.from("shop")]);
});

const CASES: readonly { name: string; act: Act; code: string; words: RegExp | string }[] = [
  {
    name: "a code in the trailers of an answer without a body",
    act: (stream) =>
      stream.respond(
        { ...GRPC, "grpc-status": "5", "grpc-message": "no%20%22x%22" },
        { endStream: true },
      ),
    ...{ code: "NotFound", words: 'no "x"' },
  },
  {
    name: "a code after a message",
    act: (stream) => answer(stream, [8, 1], "13"),
    ...{ code: "Internal", words: "" },
  },
  {
    name: "HTTP/2 that is not gRPC",
    act: (stream) => {
      stream.respond({ ":status": 404, "content-type": "text/plain" });
      stream.end("no");
    },
    code: "Unimplemented",
    words:
      'unexpected HTTP status code received from server: 404 (Not Found); transport: received unexpected content-type "text/plain"',
  },
  {
    name: "200 without a type",
    act: (stream) => {
      stream.respond({ ":status": 200 });
      stream.end();
    },
    code: "Unknown",
    words:
      "unexpected HTTP status code received from server: 200 (OK); malformed header: missing HTTP content-type",
  },
  {
    name: "503 of a proxy",
    act: (stream) => {
      stream.respond({ ...GRPC, ":status": 503 });
      stream.end();
    },
    code: "Unavailable",
    words: "unexpected HTTP status code received from server: 503 (Service Unavailable)",
  },
  {
    name: "no trailers",
    act: (stream) => {
      stream.respond(GRPC);
      stream.end();
    },
    ...{ code: "Internal", words: "server closed the stream without sending trailers" },
  },
  {
    name: "a stream that is broken off",
    act: (stream) => stream.close(7),
    ...{ code: "Unavailable", words: /RST_STREAM with error code: REFUSED_STREAM/ },
  },
  {
    name: "a stream that is cancelled",
    act: (stream) => stream.close(8),
    ...{ code: "Canceled", words: /RST_STREAM with error code: CANCEL$/ },
  },
  {
    name: "a connection that is cut",
    act: (stream) => stream.session?.destroy(),
    ...{ code: "Unavailable", words: "error reading from server: EOF" },
  },
  {
    name: "a message that is none",
    act: (stream) => answer(stream, [8]),
    ...{ code: "Internal", words: /invalid wire-format data/ },
  },
];

for (const { name, act, code, words } of CASES) {
  test(`${name}: ${code}`, limits, async (context) => {
    const seen = await ask(await http2(context, act));
    assert.ok(seen.kind === "status", JSON.stringify(seen));
    assert.equal(seen.code, code);
    if (typeof words === "string") assert.equal(seen.words, words);
    else assert.match(seen.words, words);
  });
}

test("no answer in time is told apart from no connection in time", limits, async (context) => {
  const mute = await http2(context, () => {});
  assert.deepEqual(await ask(mute, 1_000), { kind: "slow" });
  const held = await listening(
    context,
    createTcpServer(() => {}),
  );
  assert.deepEqual(await ask(held, 300), { kind: "no-connection", address: `${HOST}:${held}` });
});

test(
  "a server of HTTP/1, one that hangs up and none at all take all of the time",
  limits,
  async (context) => {
    const http1 = createHttpServer((_, response) => response.end("hello"));
    const closing = createTcpServer((socket) => socket.destroy());
    const [free = 0] = await freePorts(1, HOST);
    const ports = [await listening(context, http1), await listening(context, closing), free];
    for (const port of ports) {
      const beganMs = monotonicMs();
      assert.deepEqual(await ask(port, 400), { kind: "no-connection", address: `${HOST}:${port}` });
      assert.ok(monotonicMs() - beganMs >= 399, "the kubelet tries until the time is over");
    }
  },
);

test("a server that is up at the second attempt is found", limits, async (context) => {
  const server = createServer();
  server.on("stream", (stream) => answer(stream, [8, 2]));
  let connections = 0;
  const port = await listening(
    context,
    createTcpServer((socket) => {
      connections += 1;
      if (connections === 1) socket.destroy();
      else server.emit("connection", socket);
    }),
  );
  assert.deepEqual(await ask(port), { kind: "answered", status: "NOT_SERVING" });
  assert.equal(connections, 2);
});
