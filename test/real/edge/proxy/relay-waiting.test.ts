import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { until } from "#test/real/run/processes.js";
import { codeOf, converse, openRelay, RELAY, readUntil, serve } from "./relay-rig.js";

const POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";

test("requests wait while nothing is ready, and are sent once", async (context) => {
  const rig = await openRelay(context);
  const bodies: string[] = [];
  const waiting = Array.from({ length: 20 }, () => converse(rig.port, POST, /done/));
  await serve(context, rig, 1, (asked, answer) => {
    asked.on("data", (bytes) => bodies.push(String(bytes)));
    asked.on("end", () => answer.end("done"));
  });
  for (const { told, socket } of await Promise.all(waiting)) {
    assert.equal(codeOf(told), 200);
    socket.destroy();
  }
  assert.deepEqual(bodies, Array(20).fill("abc"));
});

test("who waits too long, or is one too many, hears 503 with Retry-After", async (context) => {
  const impatient = await openRelay(context, { waitMs: 50 });
  const { told } = await converse(impatient.port, POST);
  assert.equal(codeOf(told), 503);
  assert.match(told, /Retry-After: 1\r\n/);
  assert.match(told, /none became ready/);
  const full = await openRelay(context, { queueMax: 1 });
  const first = converse(full.port, POST, /done/);
  const second = await converse(full.port, POST);
  const refused = codeOf(second.told) === 503 ? second : await first;
  assert.match(refused.told, /too many requests wait/);
  await serve(context, full, 1, (_asked, answer) => answer.end("done"));
  (await first).socket.destroy();
});

test("options count from their change on", async (context) => {
  const rig = await openRelay(context, { queueMax: 0 });
  assert.match((await converse(rig.port, POST)).told, /too many requests wait/);
  rig.relay.take({ kind: "options", options: { ...RELAY, forwarded: true } });
  const waiting = converse(rig.port, POST, /from/);
  await serve(context, rig, 1, (asked, answer) => {
    answer.end(`from ${asked.headers["x-forwarded-for"]}`);
  });
  const { told, socket } = await waiting;
  assert.match(told, /from 127\.0\.0\.1$/);
  socket.destroy();
});

test("a generation that died is knocked at until it listens again; a body is never sent twice", async (context) => {
  const rig = await openRelay(context);
  let asked = 0;
  const deadly = createServer((client) => {
    client.on("error", () => {});
    client.once("data", () => {
      asked += 1;
      client.destroy();
    });
  });
  await serve(context, rig, 1, deadly);
  const { told } = await converse(rig.port, POST);
  assert.equal(codeOf(told), 502);
  assert.equal(asked, 1);
  deadly.close();
  const waiting = converse(rig.port, POST, /again/);
  const { port } = deadly.address() === null ? { port: 0 } : (deadly.address() as { port: number });
  assert.equal(port, 0);
  rig.relay.take({ kind: "replace", generation: 1, with: 2 });
  await serve(context, rig, 2, (_asked, answer) => answer.end("again"));
  const after = await waiting;
  assert.equal(codeOf(after.told), 200);
  after.socket.destroy();
});

test("a generation that has to end first is emptied; what comes meanwhile is its successor's", async (context) => {
  const rig = await openRelay(context);
  await serve(context, rig, 1, (_asked, answer) => answer.end("one"));
  rig.relay.take({ kind: "await", generation: 1 });
  assert.deepEqual(rig.news, [{ kind: "emptied", generation: 1 }]);
  const waiting = converse(rig.port, POST, /(one|two)/);
  rig.relay.take({ kind: "replace", generation: 1, with: 2 });
  await serve(context, rig, 2, (_asked, answer) => answer.end("two"));
  const { told, socket } = await waiting;
  assert.match(told, /two/);
  socket.destroy();
});

test("at the end a kept connection gets one last answer, then the generation is told empty", async (context) => {
  const rig = await openRelay(context);
  await serve(context, rig, 1, (_asked, answer) => answer.end("served"));
  const ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const { told, socket } = await converse(rig.port, ask, /served/);
  assert.doesNotMatch(told, /connection: close/i);
  rig.relay.take({ kind: "stop" });
  socket.write(ask);
  const last = await readUntil(socket, /served/);
  assert.match(last, /connection: close/i);
  rig.relay.take({ kind: "await", generation: 1 });
  await until(() => rig.news.length > 0, "the generation to be empty");
});
