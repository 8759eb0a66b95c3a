import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { sourceAddress } from "#edge/listeners/source-address.js";
import { loadLibc } from "#edge/native/libc.js";
import { freePort, tcp, until } from "#test/real/edge/supervisor-rig.js";
import {
  acceptOn,
  askWho,
  copyOf,
  openOrFail,
  openTo,
  provided,
  startProgram,
} from "./steered-rig.js";

const IPPROTO_TCP = 6;
const TCP_DEFER_ACCEPT = 9;

test("1,000 promotions under connections over IPv4 and IPv6: none lost, none early", async (t) => {
  const port = await freePort();
  const { listeners, happened } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  const promoted = new Set<number>();
  let early = 0;
  const accept = (generation: number, of?: number) =>
    acceptOn(provided(listeners, generation, of), generation, () => {
      if (!promoted.has(generation)) early++;
    });
  let serving = await accept(1);
  promoted.add(1);
  listeners.steer(1);
  const connector = ["test/real/programs/connector.mjs", String(port), "8", "127.0.0.1", "::1"];
  const client = await startProgram([process.execPath, ...connector]);
  t.after(() => client.stop());
  await until(() => serving.accepted() > 50, "the first generation serves");
  const steerMs: number[] = [];
  for (let generation = 2; generation <= 1_001; generation++) {
    const candidate = await accept(generation);
    const before = serving.accepted();
    await until(() => serving.accepted() > before + 2, "clients while the candidate is dark");
    promoted.add(generation);
    const begun = performance.now();
    listeners.steer(generation);
    steerMs.push(performance.now() - begun);
    listeners.awaitQueue(generation - 1);
    await until(() => happened.some((each) => each.kind === "queue-emptied"), "the queue is empty");
    happened.length = 0;
    await serving.close();
    listeners.release(generation - 1);
    serving = candidate;
  }
  const counts = JSON.parse(await client.ask());
  await serving.close();
  steerMs.sort((a, b) => a - b);
  const [p50, p99] = [steerMs[500] as number, steerMs[989] as number];
  t.diagnostic(
    `${counts.answered} connections; steer p50 ${p50.toFixed(3)} p99 ${p99.toFixed(3)} ms`,
  );
  assert.deepEqual({ ...counts, early }, { ...counts, failed: 0, errors: [], early: 0 });
  assert.ok(counts.answered > 2_000);
});

test("a dark candidate gets nothing while others beside it come and go", async (t) => {
  const port = await freePort();
  const { listeners } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  const DARK = 1;
  const dark = await acceptOn(provided(listeners, DARK), DARK);
  let serving = await acceptOn(provided(listeners, 2), 2);
  listeners.steer(2);
  const connector = ["test/real/programs/connector.mjs", String(port), "8", "127.0.0.1"];
  const client = await startProgram([process.execPath, ...connector]);
  t.after(() => client.stop());
  for (let generation = 3; generation <= 300; generation++) {
    const next = await acceptOn(provided(listeners, generation), generation);
    listeners.steer(generation);
    const before = next.accepted();
    await until(() => next.accepted() > before + 5, "clients reach the next one");
    await until(() => listeners.waiting(generation - 1) === 0, "nobody waits for the last one");
    await serving.close();
    listeners.release(generation - 1);
    serving = next;
  }
  await client.ask();
  await serving.close();
  assert.equal(dark.accepted(), 0);
  await dark.close();
});

const external = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

for (const host of ["", "0.0.0.0", "127.0.0.1", "localhost", ...(external ? ["external"] : [])]) {
  test(`a dark candidate is reached by its source address on host "${host}"`, async (t) => {
    const port = await freePort();
    const bound = host === "external" ? (external as string) : host;
    const { listeners } = openOrFail([tcp(port, bound)]);
    t.after(() => listeners.close());
    const acceptors = [];
    for (const generation of [1, 2, 3]) {
      acceptors.push(await acceptOn(provided(listeners, generation), generation));
    }
    listeners.steer(2);
    for (const generation of [1, 2, 3]) {
      const reach = listeners.reach(generation, port);
      assert.ok("host" in reach);
      assert.equal(await askWho(reach.port, reach.host, reach.localAddress), generation);
      assert.equal(await askWho(port, reach.host), 2);
    }
    for (const acceptor of acceptors) await acceptor.close();
  });
}

test("what waits in an ended generation's socket is served by the one that takes over", async (t) => {
  const port = await freePort();
  const { listeners, happened } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  provided(listeners, 1);
  listeners.steer(1);
  const waiting = Promise.all([askWho(port), askWho(port), askWho(port, "::1")]);
  await until(() => listeners.waiting(1) === 3, "three clients wait");
  listeners.awaitQueue(1);
  const successor = provided(listeners, 2, 1);
  assert.equal(listeners.waiting(1), 0);
  assert.equal(listeners.waiting(2), 3);
  listeners.awaitQueue(2);
  const acceptor = await acceptOn(successor, 2);
  assert.deepEqual(await waiting, [2, 2, 2]);
  await until(() => happened.length === 2, "both queues are empty");
  assert.deepEqual(
    happened.map((each) => each.kind),
    ["queue-emptied", "queue-emptied"],
  );
  listeners.release(1);
  assert.equal(await askWho(port), 2);
  await acceptor.close();
});

test("a client whose handshake outlasts the swap is answered by the generation it began with", async (t) => {
  const port = await freePort();
  const { listeners, happened } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  const fd = provided(listeners, 1);
  // The kernel holds the handshake open until the client has said something.
  const seconds = Buffer.from(Uint32Array.of(30).buffer);
  const libc = loadLibc();
  assert.equal(libc.setOption(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, seconds), 0);
  const old = await acceptOn(fd, 1);
  listeners.steer(1);
  const clients = await Promise.all(["127.0.0.1", "::1"].map((host) => openTo(port, host)));
  const next = await acceptOn(provided(listeners, 2), 2);
  listeners.steer(2);
  listeners.awaitQueue(1);
  for (let pauses = 0; pauses < 10; pauses++) {
    await libc.processorsPassed();
    assert.equal(await askWho(port), 2);
  }
  assert.equal(old.accepted(), 0);
  assert.deepEqual(happened, []);
  assert.deepEqual(await Promise.all(clients.map((client) => client.ask())), ["1\n", "1\n"]);
  await until(() => happened.length > 0, "the queue of the old one is empty");
  assert.deepEqual(happened, [{ kind: "queue-emptied", generation: 1 }]);
  await old.close();
  await next.close();
});

test("a queue that nobody empties is not told empty", async (t) => {
  const port = await freePort();
  const { listeners, happened } = openOrFail([tcp(port), tcp(await freePort(), "127.0.0.1", "b")]);
  t.after(() => listeners.close());
  const fd = provided(listeners, 1);
  listeners.steer(1);
  const waiting = askWho(port);
  await until(() => listeners.waiting(1) === 1, "a client waits");
  provided(listeners, 2);
  listeners.awaitQueue(1);
  listeners.awaitQueue(2);
  await until(() => happened.length === 1, "the other one's queue is empty");
  assert.deepEqual(happened, [{ kind: "queue-emptied", generation: 2 }]);
  const acceptor = await acceptOn(fd, 1);
  await waiting;
  await until(() => happened.length === 2, "it is emptied at last");
  await acceptor.close();
});

test("without steering every generation shares one socket, said once", async (t) => {
  const port = await freePort();
  const { listeners, warnings, happened } = openOrFail([tcp(port)], false);
  t.after(() => listeners.close());
  assert.equal(provided(listeners, 1), provided(listeners, 2));
  assert.deepEqual(warnings, [{ kind: "unsteered", address: `:${port}`, why: "kernel" }]);
  listeners.steer(2);
  listeners.awaitQueue(1);
  await until(() => happened.length === 1, "its queue counts as empty");
  listeners.release(1);
  const acceptor = await acceptOn(provided(listeners, 3, 2), 3);
  assert.equal(await askWho(port), 3);
  await acceptor.close();
});

test("datagrams go to the steered generation, from a source address to its own", async (t) => {
  const port = await freePort();
  const { listeners, warnings } = openOrFail([
    { name: "dns", address: { kind: "udp", host: "", port } },
  ]);
  t.after(() => listeners.close());
  const services = [1, 2, 3].map((generation) => {
    const socket = createSocket("udp6");
    socket.on("message", (_, from) => socket.send(String(generation), from.port, from.address));
    socket.bind({ fd: copyOf(provided(listeners, generation)) });
    return socket;
  });
  const ask = (host: string, source?: string): Promise<string> =>
    new Promise((resolve) => {
      const client = createSocket(host.includes(":") ? "udp6" : "udp4");
      client.on("message", (answer) => {
        client.close();
        resolve(String(answer));
      });
      client.bind(0, source, () => client.send("?", port, host));
    });
  for (const target of [1, 3, 2]) {
    listeners.steer(target);
    for (let count = 0; count < 10; count++) assert.equal(await ask("127.0.0.1"), String(target));
    assert.equal(await ask("::1"), String(target));
    for (const each of [1, 2, 3]) {
      assert.equal(await ask("127.0.0.1", sourceAddress(each)), String(each));
    }
  }
  for (const service of services) service.close();
  assert.deepEqual(warnings, []);
});
