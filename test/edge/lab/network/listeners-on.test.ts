import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { listenersAt, listenersOn, waitingAt } from "#edge/lab/network/listeners-on.js";
import { freePorts } from "#edge/observe/free-port.js";

test("listeners of exactly one address are found, and only while they listen", async () => {
  const host = "127.77.251.7";
  const [port = 0] = await freePorts(1, host);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(port, host, listening));
  assert.deepEqual(listenersOn(host), [port]);
  assert.deepEqual(listenersAt(host, port), [process.pid]);
  assert.deepEqual(listenersOn("127.77.251.8"), []);
  assert.deepEqual(listenersAt(host, port + 1), []);
  await new Promise((closed) => server.close(closed));
  assert.deepEqual(listenersOn(host), []);
  assert.deepEqual(listenersAt(host, port), []);
});

test("what waits to be accepted is counted, by port", async () => {
  const host = "127.77.251.9";
  const server = createServer().listen({ host, port: 0 });
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  assert.equal(waitingAt(host, port), 0);
  const clients = Array.from({ length: 3 }, () => connect({ host, port }));
  // Node connects in the next tick. It accepts nothing before it comes back to its loop; the kernel has connected them by then.
  await new Promise<void>((next) => process.nextTick(next));
  assert.equal(waitingAt(host, port), 3);
  assert.equal(waitingAt(host, port + 1), 0);
  for (const client of clients) client.destroy();
  await new Promise((closed) => server.close(closed));
});
