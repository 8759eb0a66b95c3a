/** How connections are forwarded follows the policy directory in a life that goes on. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { codeOf, converse } from "#test/real/edge/proxy/relay-rig.js";
import { until } from "#test/real/run/processes.js";
import { policyLife } from "./policy-life.js";

/** Answers each connection with the bytes it got, up to an empty line. Ends on `/end`; listens once `closed` is not there. */
const SERVICE = `
const fs = require("node:fs");
const server = require("node:net").createServer((client) => {
  let got = "";
  client.on("error", () => {});
  client.on("data", (bytes) => {
    got += bytes.toString("latin1");
    if (got.includes("/end")) process.exit(1);
    if (!got.includes("\\r\\n\\r\\n")) return;
    const head = "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: " + got.length;
    client.end(head + "\\r\\n\\r\\n" + got, "latin1");
  });
});
const begin = setInterval(() => {
  if (fs.existsSync("closed")) return;
  clearInterval(begin);
  server.listen(process.env.PORT, "127.0.0.1");
}, 10);
`;

const get = (path = "/") => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

// Breaks when the worker that forwards keeps the options it began with.
test("proxy.forwarded, proxy.header, proxy.protocol and proxy.queue count from their change on", {
  timeout: 60_000,
}, async (context) => {
  const { hotpod, set, folder } = await policyLife(context, {
    files: { "server.cjs": SERVICE },
    args: ["--handover", "proxy", "--watch", "server.cjs", "--", process.execPath, "server.cjs"],
    policy: { "proxy.protocol": "http" },
  });
  const told = async (text: string): Promise<string> => (await converse(hotpod.port, text)).told;
  const http = { "proxy.protocol": "http" };
  assert.doesNotMatch(await told(get()), /X-Forwarded-For|PROXY/i);
  await set({ ...http, "proxy.forwarded": "true" });
  assert.match(await told(get()), /X-Forwarded-For: 127\.0\.0\.1/i);
  await set({ ...http, "proxy.header": "v1" });
  const first = await told(get());
  assert.match(first, /\r\n\r\nPROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+\r\nGET /);
  assert.doesNotMatch(first, /X-Forwarded-For/i);
  await set({ ...http, "proxy.header": "v2" });
  assert.match(await told(get()), /\r\n\r\n\r\n\r\n\0\r\nQUIT\n/);
  await set(http);
  assert.doesNotMatch(await told(get()), /PROXY|QUIT/);

  assert.equal(codeOf(await told("HELLO\r\n\r\n")), 400, "no HTTP");
  await set({ "proxy.protocol": "tcp" });
  assert.match(await told("HELLO\r\n\r\n"), /\r\n\r\nHELLO\r\n\r\n$/);

  await set(http);
  writeFileSync(join(folder, "closed"), "");
  const from = hotpod.here();
  await told(get("/end"));
  await hotpod.seen("generation-started", from);
  const waiting = connect(hotpod.port, "127.0.0.1");
  context.after(() => waiting.destroy());
  let answered = "";
  waiting.on("data", (bytes) => {
    answered += bytes.toString("latin1");
  });
  waiting.write(get("/patient"));
  await set({ ...http, "proxy.queue": "0" });
  assert.match(await told(get()), /^HTTP\/1\.1 503 [\s\S]*too many requests wait/);
  assert.equal(answered, "", "who waits already goes on waiting");
  rmSync(join(folder, "closed"));
  await until(() => answered.includes("GET /patient"), "the answer to who waited");
});
