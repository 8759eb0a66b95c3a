import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bind, type Child, dial, drain, get, letGo, startService } from "./service.js";

const limits = { timeout: 30_000 };

/** The service on a socket passed as descriptor 3. */
async function start(
  t: TestContext,
  role = "serve",
  env: Record<string, string> = {},
): Promise<{ child: Child; port: number }> {
  const [socket, port] = await bind(t);
  const child = startService(t, {
    args: [role, "name=http"],
    env: { HOTPOD_GENERATION: "7", LISTEN_FDNAMES: "http", ...env },
    sockets: [socket],
  });
  await child.line("serving");
  await letGo(socket);
  return { child, port };
}

test("a drain answers whatever arrives, and ends when all have left", limits, async (t) => {
  const { child, port } = await start(t);
  const [kept, silent, slow, halfBody, halfHead] = await Promise.all(
    Array.from({ length: 5 }, () => dial(t, port)),
  );
  assert.ok(kept && silent && slow && halfBody && halfHead);
  kept.send(get("/"));
  assert.doesNotMatch((await kept.answer()).header, /connection: close/i);
  slow.send(get("/slow"));
  await child.line("entered /slow");
  halfBody.send("POST /post HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\nhalf");
  halfHead.send("GET /late HTTP/1.1\r\nHo");
  await drain(child, port);
  child.process.kill("SIGTERM");

  kept.send(get("/kept"));
  silent.send(get("/silent"));
  halfBody.send("body");
  halfHead.send("st: test\r\n\r\n");
  for (const [client, body] of [
    ...([
      [kept, "/kept  by 7"],
      [silent, "/silent  by 7"],
      [slow, "/slow  by 7"],
    ] as const),
    ...([
      [halfBody, "/post halfbody by 7"],
      [halfHead, "/late  by 7"],
    ] as const),
  ]) {
    const answer = await client.answer();
    assert.equal(answer.body, body);
    assert.match(answer.header, /connection: close/i);
    assert.equal(await client.rest(), "");
  }
  const { code, err } = await child.end();
  assert.deepEqual({ code, err }, { code: 0, err: "" });
});

test("idle connections are ended before the drain time is over", limits, async (t) => {
  const { child, port } = await start(t, "serve", { HOTPOD_DRAIN: "500ms" });
  const [kept, silent] = [await dial(t, port), await dial(t, port)];
  kept.send(get("/"));
  await kept.answer();
  await drain(child, port);
  assert.equal(await kept.rest(), "");
  assert.equal(await silent.rest(), "");
  const { code, err } = await child.end();
  assert.deepEqual({ code, err }, { code: 0, err: "" });
});

test("a request that began in the segment of the one before is waited for", limits, async (t) => {
  const { child, port } = await start(t, "serve", { HOTPOD_DRAIN: "5s" });
  const [begun, kept] = [await dial(t, port), await dial(t, port)];
  begun.send(`${get("/")}GET /second`);
  kept.send(get("/"));
  await begun.answer();
  await kept.answer();
  await drain(child, port);
  // Idle connections are ended now; one with a request has 900 ms more.
  assert.equal(await kept.rest(), "");
  begun.send(" HTTP/1.1\r\nHost: test\r\n\r\n");
  assert.equal((await begun.answer()).body, "/second  by 7");
  const { code, err } = await child.end();
  assert.deepEqual({ code, err }, { code: 0, err: "" });
});

test("what outlasts the drain time is cut off and counted", limits, async (t) => {
  const { child, port } = await start(t, "serve", { HOTPOD_DRAIN: "500ms" });
  const [hangs, half] = [await dial(t, port), await dial(t, port)];
  hangs.send(get("/hang"));
  half.send("GET /never HTTP/1.1\r\n");
  await child.line("entered /hang");
  await drain(child, port);
  const { code, err } = await child.end();
  assert.equal(code, 1);
  assert.match(err, /the drain time of 500 ms is over: 2 requests or hooks were cut off/);
});

test(
  "an answer that has begun is finished, its connection's next is the last",
  limits,
  async (t) => {
    const { child, port } = await start(t);
    const client = await dial(t, port);
    client.send(get("/head"));
    await client.until("\r\n\r\n");
    await drain(child, port);
    await client.until("head");
    client.send(get("/next"));
    const { header, body } = await client.answer();
    assert.equal(body, "/next  by 7");
    assert.match(header, /connection: close/i);
    assert.equal((await child.end()).code, 0);
  },
);

test("upgraded connections are waited for", limits, async (t) => {
  const { child, port } = await start(t);
  const client = await dial(t, port);
  client.send(get("/", "Connection: Upgrade\r\nUpgrade: raw\r\n"));
  await client.until("\r\n\r\n");
  await drain(child, port);
  await client.until("bye");
  client.socket.end();
  assert.equal((await child.end()).code, 0);
});

test("hooks are waited for, and the service may end by itself", limits, async (t) => {
  const { child, port } = await start(t, "hooks");
  await drain(child, port);
  await child.line("hook false");
  child.process.kill("SIGUSR2");
  const { code, out } = await child.end();
  assert.equal(code, 0);
  assert.match(out, /hook done\n\[\{"cut":0\},\{"cut":0\}\]/);
});

test("what is no server of http is an error", limits, async (t) => {
  const { code, err } = await startService(t, { args: ["misuse"] }).end();
  assert.equal(code, 1);
  assert.match(err, /hotpod: serve takes a server of node:http or node:https/);
});

test("a drain time that says nothing is an error at the start", limits, async (t) => {
  const child = startService(t, {
    args: ["serve", "127.0.0.1:0"],
    env: { HOTPOD_DRAIN: "soon" },
  });
  const { code, err } = await child.end();
  assert.equal(code, 1);
  assert.match(err, /HOTPOD_DRAIN="soon": want a duration such as 25s/);
});

test("outside hotpod the service listens by itself and drains", limits, async (t) => {
  const child = startService(t, { args: ["serve", "http=127.0.0.1:0"] });
  const port = Number(await child.line("serving "));
  const client = await dial(t, port);
  client.send(get("/"));
  assert.equal((await client.answer()).body, "/  by 0");
  await drain(child, port);
  client.send(get("/"));
  assert.match((await client.answer()).header, /connection: close/i);
  assert.equal((await child.end()).code, 0);
});

test("a configuration keeps no process alive", limits, async (t) => {
  const path = join(tmpdir(), `hotpod-sdk-${process.pid}.json`);
  writeFileSync(path, `{"round": 3}`);
  const { code, out } = await startService(t, { args: ["config", path] }).end();
  assert.deepEqual({ code, out }, { code: 0, out: "3\n" });
});
