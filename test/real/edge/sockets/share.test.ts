import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { freePort, tcp, until } from "#test/real/edge/supervisor-rig.js";
import {
  type Acceptor,
  acceptOn,
  askWho,
  type Counts,
  countAnswers,
  openOrFail,
  provided,
} from "./steered-rig.js";

const CONNECTIONS = 10_000;
/** Six standard deviations of the widest spread, and what is promised. */
const WITHIN = 0.03;

/** How many of so many new connections each generation answers. */
async function count(port: number, host: string): Promise<Counts> {
  const counts = await countAnswers("raw", port, CONNECTIONS, [host]);
  return counts[host] ?? {};
}

async function twoGenerations(context: TestContext) {
  const port = await freePort();
  const { listeners } = openOrFail([tcp(port)]);
  context.after(() => listeners.close());
  const accept = async (generation: number): Promise<Acceptor> => {
    const acceptor = await acceptOn(provided(listeners, generation), generation);
    context.after(() => acceptor.close());
    return acceptor;
  };
  await accept(1);
  listeners.steer(1);
  await accept(2);
  return { port, listeners, accept };
}

for (const host of ["127.0.0.1", "::1"]) {
  test(`${CONNECTIONS} connections to ${host} are divided as told, at every weight`, async (t) => {
    const { port, listeners } = await twoGenerations(t);
    const seen: string[] = [];
    for (const percent of [0, 1, 10, 50, 90, 99, 100]) {
      if (percent === 100) listeners.steer(2);
      else listeners.share(2, percent);
      const counts = await count(port, host);
      const [one = 0, two = 0] = [counts["1"], counts["2"]];
      assert.equal(one + two, CONNECTIONS, `everyone is answered: ${JSON.stringify(counts)}`);
      seen.push(`${percent} %: ${((100 * two) / CONNECTIONS).toFixed(2)}`);
      assert.ok(Math.abs(two / CONNECTIONS - percent / 100) <= WITHIN, seen.at(-1));
      if (percent === 0) assert.equal(two, 0);
      if (percent === 100) assert.equal(one, 0);
    }
    t.diagnostic(seen.join(", "));
  });
}

test("each generation is asked by its source address, whatever the share", async (t) => {
  const { port, listeners } = await twoGenerations(t);
  listeners.share(2, 99);
  for (const generation of [1, 2]) {
    const reach = listeners.reach(generation, port);
    assert.ok("host" in reach);
    for (let times = 0; times < 100; times++) {
      assert.equal(await askWho(reach.port, reach.host, reach.localAddress), generation);
    }
  }
});

test("a share stays with its generation while one that drained leaves the group before it", async (t) => {
  const { port, listeners, accept } = await twoGenerations(t);
  const third = await accept(3);
  listeners.share(3, 50);
  const before = third.accepted();
  const counting = count(port, "127.0.0.1");
  await until(() => third.accepted() > before + 500, "the share is in use");
  listeners.release(2);
  const counts = await counting;
  assert.deepEqual(Object.keys(counts).sort(), ["1", "3"], JSON.stringify(counts));
  assert.ok(Math.abs((counts["3"] ?? 0) / CONNECTIONS - 0.5) <= WITHIN, JSON.stringify(counts));
  listeners.steer(1);
  assert.deepEqual(await count(port, "127.0.0.1"), { 1: CONNECTIONS });
});

test("datagrams are not divided, and it is told which addresses are not", async (t) => {
  const [port, other] = [await freePort(), await freePort()];
  const { listeners } = openOrFail([
    tcp(port),
    { name: "dns", address: { kind: "udp", host: "", port: other } },
    { name: "admin", address: { kind: "unix", path: `@hotpod-share-${process.pid}` } },
  ]);
  t.after(() => listeners.close());
  assert.equal(listeners.weighs, true);
  assert.deepEqual(listeners.undivided, [`udp::${other}`, `unix:@hotpod-share-${process.pid}`]);
  const { listeners: shared } = openOrFail([tcp(await freePort())], false);
  t.after(() => shared.close());
  assert.equal(shared.weighs, false);
});

test("who waits for a generation that died beside another one is let go, not left to wait", async (t) => {
  const port = await freePort();
  const { listeners } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  provided(listeners, 1);
  listeners.steer(1);
  const waiting = [askWho(port), askWho(port, "::1")].map((asked) =>
    asked.then(
      (who) => who,
      () => "let go",
    ),
  );
  await until(() => listeners.waiting(1) === 2, "two clients wait");
  const other = await acceptOn(provided(listeners, 2), 2);
  listeners.steer(2);
  listeners.release(1);
  // 0: the end of the connection came without a word.
  for (const end of await Promise.all(waiting)) assert.ok(end === "let go" || end === 0, `${end}`);
  assert.equal(await askWho(port), 2);
  await other.close();
});
