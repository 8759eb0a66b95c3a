/** The generation before stands by: what going back to it costs, beside a service that has to be started again. */
import assert from "node:assert/strict";
import { get } from "node:http";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { askControl } from "#edge/http/control-client.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { quantile } from "#report/quantile.js";
import type { Hotpod } from "#test/real/run/hotpod.js";
import { isAlive, until } from "#test/real/run/processes.js";
import { assertUnhurt, reached, serveShop } from "#test/real/run/shop.js";

before(ensureBundle);
const limits = { timeout: 180_000 };
const PATIENCE_MS = 20_000;

const STANDING_BY = ["--standby", "true", "--probation", "60s"];
const COLD = ["--standby", "false", "--probation", "60s"];

const phases = async (hotpod: Hotpod) =>
  (await hotpod.status()).draining.map(({ generation, phase }) => `${generation} ${phase}`);

/** Until nothing but that generation and, maybe, one that stands by is left. */
async function settled(hotpod: Hotpod, expected: readonly string[]): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; ; ) {
    const now = await phases(hotpod);
    if (now.join() === expected.join()) return;
    assert.ok(performance.now() < end, `${now.join()} instead of ${expected.join()}`);
    await hotpod.probe("/readyz");
  }
}

/** Over a connection of its own, so that the answer is of whoever gets new ones. */
function versionAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/version", agent: false };
    get(options, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        body += chunk;
      });
      answer.on("end", () => resolve(JSON.parse(body).version));
    }).on("error", reject);
  });
}

/** From the order to go back until new connections are answered by that version. */
async function timeBack(hotpod: Hotpod, version: string): Promise<number> {
  const began = performance.now();
  const answer = await askControl(
    join(hotpod.ownFolder, "control.sock"),
    "POST",
    "/rollback",
    PATIENCE_MS,
  );
  assert.ok(answer.ok, JSON.stringify(answer));
  while ((await versionAt(hotpod.port)) !== version) {
    assert.ok(performance.now() - began < PATIENCE_MS, `version ${version} does not come back`);
  }
  return performance.now() - began;
}

const median = (values: readonly number[]): number => quantile(values, 0.5) ?? Number.NaN;

/** Five times forwards and back. */
async function backAndForth(t: TestContext, args: readonly string[], ways: "warm" | "cold") {
  const { shop, hotpod, load } = await serveShop(t, args);
  const pid = (await hotpod.status()).serving?.pid ?? 0;
  const tookMs: number[] = [];
  for (const version of ["2", "3", "4", "5", "6"]) {
    const from = hotpod.here();
    shop.save(version);
    await reached(load, version);
    const old = (await hotpod.seen("promoted", from)).previous;
    await settled(hotpod, ways === "warm" ? [`${old} standing-by`] : []);
    tookMs.push(await timeBack(hotpod, "1"));
    assert.equal((await hotpod.seen("rolled-back", from)).way, ways);
    await settled(hotpod, []);
  }
  const summary = await load.stop();
  assert.deepEqual(summary.failures, [], JSON.stringify(summary.failures));
  assert.equal(summary.failed, 0);
  assert.equal(isAlive(pid), ways === "warm", "the first process");
  assert.equal(await hotpod.stop(), 0);
  return { tookMs, kept: summary.kept, requests: summary.requests };
}

// Breaks when going back starts a process, loses a request or a connection, or takes as long as a start.
test("back to a generation that stands by: at once, nobody notices", limits, async (t) => {
  const warm = await backAndForth(t, STANDING_BY, "warm");
  const cold = await backAndForth(t, COLD, "cold");
  const show = (values: readonly number[]) => values.map((ms) => ms.toFixed(1)).join(", ");
  t.diagnostic(`back in ${show(warm.tookMs)} ms, ${warm.requests} requests, 0 failed`);
  t.diagnostic(`cold in ${show(cold.tookMs)} ms, ${cold.requests} requests, 0 failed`);
  assert.equal(warm.kept.politeCloses, 0, "kept-alive connections that were ended");
  assert.equal(warm.kept.opened, 8, "none had to be opened again");
  assert.ok(Math.min(...warm.tookMs) < 20, show(warm.tookMs));
  assert.ok(median(warm.tookMs) < median(cold.tookMs), "faster than a start");
});

// Breaks when a process is started, or clients wait for one.
test("a crash in probation: the one before serves again", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t, STANDING_BY);
  const first = await hotpod.status();
  shop.save(2, "exit-after=700ms");
  const back = await hotpod.seen("rolled-back");
  assert.equal(back.way, "warm");
  const { generation } = await hotpod.seen("promoted", 0, (told) => told.swapMs === null);
  assert.equal(generation, 1);
  assert.equal((await hotpod.status()).serving?.pid, first.serving?.pid);
  shop.save(3);
  await reached(load, 3);
  const summary = await load.stop();
  // Only what the bad one itself was answering.
  assert.ok(summary.failed <= 12, JSON.stringify(summary.failures));
  for (const { reason } of summary.failures) assert.match(reason, /^(reset|unanswered|cut)$/);
  t.diagnostic(`longest gap ${summary.longestGapMs} ms, ${summary.failed} failed`);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when one that stands by outlives its use, or is killed instead of asked.
test("probation passes, or a change comes: who stands by ends by itself", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t, ["--standby", "true", "--probation", "2s"]);
  const first = (await hotpod.status()).serving?.pid ?? 0;
  shop.save(2);
  await reached(load, 2);
  await settled(hotpod, ["1 standing-by"]);
  assert.ok(isAlive(first));
  await hotpod.seen("probation-passed", 0, (told) => told.generation === 2);
  assert.equal((await hotpod.seen("drain-ended")).killed, false);
  await until(() => !isAlive(first), "its end");
  shop.save(3);
  await reached(load, 3);
  await settled(hotpod, ["2 standing-by"]);
  shop.save(4);
  await reached(load, 4);
  await settled(hotpod, ["3 standing-by"]);
  assertUnhurt(await load.stop(), ["1", "2", "3", "4"]);
  const killed = hotpod.all("drain-ended").filter((ended) => ended.killed);
  assert.deepEqual(killed, []);
  assert.equal(await hotpod.stop(), 0);
});
