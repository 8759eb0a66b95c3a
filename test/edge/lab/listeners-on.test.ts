import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { listenersOn } from "#edge/lab/listeners-on.js";
import { freePorts } from "#edge/observe/free-port.js";

test("listeners of exactly one address are found, and only while they listen", async () => {
  const host = "127.77.251.7";
  const [port = 0] = await freePorts(1, host);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(port, host, listening));
  assert.deepEqual(listenersOn(host), [port]);
  assert.deepEqual(listenersOn("127.77.251.8"), []);
  await new Promise((closed) => server.close(closed));
  assert.deepEqual(listenersOn(host), []);
});
