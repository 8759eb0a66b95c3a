import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { askHttp } from "#edge/processes/http-ask.js";

test("B10: what asks a service goes there itself, whatever proxy the surroundings name", async (t) => {
  let proxied = 0;
  const proxy = createServer((_, response) => {
    proxied += 1;
    response.writeHead(502).end();
  }).listen(0, "127.0.0.1");
  const server = createServer((_, response) => response.end("well")).listen(0, "127.0.0.1");
  t.after(() => {
    proxy.close();
    server.close();
  });
  await Promise.all([proxy, server].map((one) => new Promise((up) => one.once("listening", up))));
  const portOf = (one: typeof server): number => (one.address() as AddressInfo).port;
  const names = ["http_proxy", "HTTP_PROXY", "NODE_USE_ENV_PROXY"];
  const before = names.map((name) => [name, process.env[name]] as const);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  for (const name of names) process.env[name] = `http://127.0.0.1:${portOf(proxy)}`;
  process.env.NODE_USE_ENV_PROXY = "1";
  const answer = await askHttp({
    reach: { host: "127.0.0.1", port: portOf(server) },
    path: "/",
    timeoutMs: 5_000,
    cancelled: new AbortController().signal,
    holds: () => null,
  });
  assert.deepEqual([answer.detail, proxied], ["HTTP 200", 0]);
});
