import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { Destinations } from "#edge/proxy/destinations.js";
import { relayStream } from "#edge/proxy/stream-relay.js";
import { until } from "#test/real/run/processes.js";
import { codeOf, converse, openRelay, RELAY, readUntil, serve } from "./relay-rig.js";

/** Answers every line with its mark. */
const lineServer = (mark: string) =>
  createServer((client) => {
    client.on("error", () => {});
    client.on("data", (bytes: Buffer) => client.write(`${mark}:${bytes.toString("latin1")}`));
  });

test("plain TCP stays with its generation, which counts as busy until it ends", async (context) => {
  const rig = await openRelay(context);
  await serve(context, rig, 1, lineServer("one"));
  const first = await converse(rig.port, "*PING\r\n", /\n/);
  assert.equal(first.told, "one:*PING\r\n");
  await serve(context, rig, 2, lineServer("two"));
  rig.relay.take({ kind: "await", generation: 1 });
  assert.deepEqual(rig.news, []);
  first.socket.write("*MORE\r\n");
  assert.equal(await readUntil(first.socket, /\n/), "one:*MORE\r\n");
  const second = await converse(rig.port, "*PING\r\n", /\n/);
  assert.equal(second.told, "two:*PING\r\n");
  first.socket.end();
  await until(() => rig.news.length > 0, "the generation to be empty");
  assert.deepEqual(rig.news, [{ kind: "emptied", generation: 1 }]);
  second.socket.destroy();
});

test("a client that leaves while its service is connected to keeps no generation", async (context) => {
  const emptied: number[] = [];
  const destinations = new Destinations(RELAY, (generation) => emptied.push(generation));
  const rig = await openRelay(context);
  const service = await serve(context, rig, 1, lineServer("one"));
  const { port } = service.address() as AddressInfo;
  destinations.add(1, [port]);
  destinations.route(1);
  const { socket } = await converse(rig.port, "*PING\r\n", /\n/);
  const relayed = relayStream(destinations, socket, 0, []);
  socket.destroy();
  await relayed;
  destinations.awaitEmpty(1);
  await until(() => emptied.length > 0, "the generation to be empty");
});

test("a service that speaks first is reached with proxy.protocol tcp", async (context) => {
  const rig = await openRelay(context, { protocol: "tcp" });
  await serve(
    context,
    rig,
    1,
    createServer((client) => client.end("220 ready\r\n")),
  );
  const { told } = await converse(rig.port, "");
  assert.equal(told, "220 ready\r\n");
});

test("WebSocket and CONNECT are streams from their answer on", async (context) => {
  const rig = await openRelay(context);
  const server = await serve(context, rig, 1, (_asked, answer) => answer.end());
  const take = (answer: string) => (_asked: unknown, socket: Socket, head: Buffer) => {
    socket.write(answer);
    if (head.length > 0) socket.write(head);
    socket.pipe(socket);
  };
  server.on("upgrade", take("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"));
  server.on("connect", take("HTTP/1.1 200 OK\r\n\r\n"));
  const upgrade =
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const socket = await converse(rig.port, `${upgrade}early`, /early/);
  assert.equal(codeOf(socket.told), 101);
  socket.socket.write("late");
  assert.equal(await readUntil(socket.socket, /late/), "late");
  socket.socket.destroy();
  const tunnel = await converse(
    rig.port,
    "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nhello",
    /hello/,
  );
  assert.match(tunnel.told, /^HTTP\/1\.1 200 OK\r\n\r\nhello$/);
  tunnel.socket.destroy();
});

test("HTTP/2 with prior knowledge passes as a stream", async (context) => {
  const rig = await openRelay(context);
  const service = createHttp2Server((asked, answer) => answer.end(`h2 ${asked.url}`));
  await serve(context, rig, 1, service as never);
  const session = connectHttp2(`http://127.0.0.1:${rig.port}`);
  const stream = session.request({ ":path": "/here" });
  let told = "";
  stream.on("data", (bytes) => {
    told += String(bytes);
  });
  await once(stream, "end");
  assert.equal(told, "h2 /here");
  session.destroy();
});

test("the service learns the client by the PROXY protocol and by X-Forwarded-*", async (context) => {
  const rig = await openRelay(context, { protocol: "tcp", proxyHeader: "v1" });
  await serve(context, rig, 1, lineServer("got"));
  const { told, socket } = await converse(rig.port, "hello", /hello/);
  const port = socket.localPort;
  assert.equal(told, `got:PROXY TCP4 127.0.0.1 127.0.0.1 ${port} ${rig.port}\r\nhello`);
  socket.destroy();
  const http = await openRelay(context, { proxyHeader: "v2" });
  const heads: Buffer[] = [];
  const service = createServer((client) => {
    client.once("data", (bytes: Buffer) => {
      heads.push(bytes);
      client.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  });
  await serve(context, http, 1, service);
  const asked = await converse(http.port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assert.equal(codeOf(asked.told), 200);
  assert.equal(heads[0]?.toString("hex", 0, 12), "0d0a0d0a000d0a515549540a");
  const named = await openRelay(context, { forwarded: true });
  await serve(context, named, 1, (one, answer) => {
    answer.end(`${one.headers["x-forwarded-for"]} ${one.headers["x-forwarded-host"]}`);
  });
  const forwarded = await converse(
    named.port,
    "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
  );
  assert.match(forwarded.told, /127\.0\.0\.1 shop$/);
});
