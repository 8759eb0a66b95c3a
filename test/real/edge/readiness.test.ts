import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { sourceAddress } from "#edge/listeners/source-address.js";
import { askWho } from "./sockets/steered-rig.js";
import { freePort, openRig, type Rig, type RigOptions, tcp, until } from "./supervisor-rig.js";

async function rigOf(t: TestContext, options?: RigOptions): Promise<Rig> {
  const rig = await openRig(options);
  t.after(() => rig.end());
  return rig;
}

/** An HTTP service on descriptor 3 that answers with its generation's number; `delayMs` before it accepts. */
const service = (status: number, delayMs = 0): string[] => [
  process.execPath,
  "-e",
  `const s = require("http").createServer((q, r) => { r.statusCode = ${status}; r.end(process.env.HOTPOD_GENERATION); });
   setTimeout(() => s.listen({ fd: 3 }), ${delayMs});`,
];

const deaf = ["sleep", "600"];

for (const host of ["", "127.0.0.1"]) {
  test(`a service is seen accepting on "${host}", a deaf one beside it is not`, async (t) => {
    const port = await freePort();
    const rig = await rigOf(t, { listen: [tcp(port, host)] });
    rig.start(1, deaf);
    rig.start(2, service(200, 50));
    await rig.seen("accepting-seen", 2);
    const seen = rig.happened.filter(({ kind }) => kind === "accepting-seen");
    assert.deepEqual(seen, [{ kind: "accepting-seen", generation: 2 }]);
  });
}

test("a restarted service that takes over a full queue is seen accepting", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, { listen: [tcp(port)] });
  rig.start(1, deaf);
  await rig.seen("generation-spawned", 1);
  rig.listeners.steer(1);
  const clients = [fetch(`http://127.0.0.1:${port}/`), fetch(`http://[::1]:${port}/`)];
  await until(() => rig.listeners.waiting(1) >= 2, "clients wait");
  rig.processes.kill(1);
  await rig.seen("generation-gone", 1);
  rig.start(2, service(200), 1);
  await rig.seen("accepting-seen", 2);
  for (const answer of await Promise.all(clients)) assert.equal(await answer.text(), "2");
});

test("ready.http is asked of exactly this generation, on the real port", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, {
    listen: [tcp(port)],
    ready: { http: { port: null, path: "/ready" } },
  });
  rig.start(1, service(200));
  const { good, detail } = await rig.seen("ready-answered", 1);
  assert.deepEqual({ good, detail }, { good: true, detail: "HTTP 200" });
  rig.processes.stopReadiness(1);
  rig.listeners.steer(1);
  rig.start(2, service(503));
  const answer = await rig.seen("ready-answered", 2);
  assert.deepEqual({ ...answer }, { ...answer, good: false, detail: "HTTP 503" });
  await rig.seen("accepting-seen", 2);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "1");
  rig.processes.stopReadiness(2);
  const asked = rig.happened.length;
  for (let count = 0; count < 20; count++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  assert.equal(rig.happened.length, asked, "nobody asks any more");
});

test("ready.http on a port of the service's own counts when the service itself answers", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, {
    listen: [tcp(await freePort())],
    ready: { http: { port, path: "/" } },
  });
  rig.start(1, deaf);
  assert.equal((await rig.seen("ready-answered", 1)).detail, "ECONNREFUSED");
  const admin = createServer((_, response) => response.end("ok")).listen(port, "127.0.0.1");
  const answered = (generation: number, detail: string) => () =>
    rig.happened.some(
      (each) =>
        each.kind === "ready-answered" && each.generation === generation && each.detail === detail,
    );
  await until(answered(1, "answered by another process"), "our own answer is recognised");
  await new Promise((resolve) => admin.close(resolve));
  const script = `require("http").createServer((q, r) => r.end()).listen(${port}, "127.0.0.1")`;
  rig.start(2, [process.execPath, "-e", script]);
  await until(answered(2, "HTTP 200"), "the service answers");
  assert.ok(!answered(1, "HTTP 200")());
});

test("on a shared socket an answer counts for the generation that gave it", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, {
    listen: [tcp(port)],
    steering: false,
    ready: { http: { port: null, path: "/" } },
  });
  rig.start(1, service(200));
  assert.equal((await rig.seen("ready-answered", 1)).good, true);
  rig.processes.stopReadiness(1);
  rig.start(2, deaf);
  assert.deepEqual((await rig.seen("ready-answered", 2)).detail, "answered by another process");
});

test("liveness.http tells good, bad and silent", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, {
    listen: [tcp(port)],
    liveness: { http: { port: null, path: "/live" } },
  });
  rig.start(1, service(200));
  rig.start(2, service(500));
  rig.start(3, deaf);
  await rig.seen("accepting-seen", 1);
  await rig.seen("accepting-seen", 2);
  for (const [generation, good, detail] of [
    [1, true, "HTTP 200"],
    [2, false, "HTTP 500"],
    [3, false, "no answer within 1000 ms"],
  ] as const) {
    rig.processes.probeLiveness(generation);
    const answer = await rig.seen("liveness-answered", generation);
    assert.deepEqual(answer, { kind: "liveness-answered", generation, good, detail });
  }
});

test("a service that ignores its sockets is told by what it listens on itself", async (t) => {
  const [given, own] = [await freePort(), await freePort()];
  const rig = await rigOf(t, { listen: [tcp(given)] });
  const script = `require("http").createServer().listen(${own}, "127.0.0.1")`;
  rig.start(1, [process.execPath, "-e", script]);
  const { pid } = await rig.seen("generation-spawned", 1);
  await until(() => rig.processes.describeListening(1).length > 0, "its own socket is seen");
  assert.deepEqual(rig.processes.describeListening(1), [{ pid, address: `127.0.0.1:${own}` }]);
});

test("a dark candidate answers at its source address, clients still reach the old one", async (t) => {
  const port = await freePort();
  const rig = await rigOf(t, { listen: [tcp(port)] });
  const line = (generation: string) => [
    "python3",
    "-c",
    `import socket\ns=socket.socket(fileno=3)\nwhile 1:\n c,_=s.accept(); c.sendall(b"${generation}\\n"); c.close()`,
  ];
  rig.start(1, line("1"));
  rig.start(2, line("2"));
  await rig.seen("accepting-seen", 1);
  await rig.seen("accepting-seen", 2);
  assert.equal(await askWho(port), 1);
  assert.equal(await askWho(port, "127.0.0.1", sourceAddress(2)), 2);
  rig.listeners.steer(2);
  assert.equal(await askWho(port, "::1"), 2);
});

test("memory is measured; without a limit that is said", async (t) => {
  const rig = await rigOf(t);
  rig.start(1, [process.execPath, "-e", "const b=Buffer.alloc(50e6,1);setInterval(()=>b,1e6)"]);
  await rig.seen("generation-spawned", 1);
  rig.processes.measureMemory(2);
  const { memory } = await rig.seen("memory-measured", 2);
  if (memory !== null) assert.ok(memory.limitBytes > memory.usedBytes && memory.usedBytes > 0);
});
