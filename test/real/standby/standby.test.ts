/** The generation before stands by: what going back to it costs, beside a service that has to be started again. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { askControl } from "#edge/http/control-client.js";
import { ensureBundle, ownCommand } from "#edge/observe/own-command.js";
import { quantile } from "#report/quantile.js";
import { type Hotpod, startHotpod, temporaryFolder } from "#test/real/run/hotpod.js";
import { isAlive, until } from "#test/real/run/processes.js";
import { assertUnhurt, reached, serveShop } from "#test/real/run/shop.js";

before(ensureBundle);
const limits = { timeout: 180_000 };
const PATIENCE_MS = 20_000;

const STANDING_BY = ["--standby", "true", "--probation", "60s"];
const COLD = ["--standby", "false", "--probation", "60s"];

const PLAIN_SERVICE = `require("node:http").createServer((_, answer) => answer.end()).listen({ fd: 3 });`;

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

async function rollBack(hotpod: Hotpod): Promise<void> {
  const socket = join(hotpod.ownFolder, "control.sock");
  const answer = await askControl(socket, "POST", "/rollback", PATIENCE_MS);
  assert.ok(answer.ok, JSON.stringify(answer));
}

/** From the order to go back until new connections are answered by that version. */
async function timeBack(hotpod: Hotpod, version: string): Promise<number> {
  const began = performance.now();
  await rollBack(hotpod);
  while ((await versionAt(hotpod.port)) !== version) {
    assert.ok(performance.now() - began < PATIENCE_MS, `version ${version} does not come back`);
  }
  return performance.now() - began;
}

const median = (values: readonly number[]): number => quantile(values, 0.5) ?? Number.NaN;

interface Series {
  readonly count: number;
  /** Further series of that many, until one is as wished. */
  readonly until: (tookMs: readonly number[]) => boolean;
  readonly seriesMax: number;
}

/** Forwards and back, again and again: what each series took. */
async function backAndForth(
  t: TestContext,
  args: readonly string[],
  way: "warm" | "cold",
  { count, until: isDone, seriesMax }: Series,
) {
  const { shop, hotpod, load } = await serveShop(t, args);
  const pid = (await hotpod.status()).serving?.pid ?? 0;
  let version = 1;
  const there = async (): Promise<number> => {
    const from = hotpod.here();
    version += 1;
    shop.save(version);
    await reached(load, `${version}`);
    const old = (await hotpod.seen("promoted", from)).previous;
    await settled(hotpod, way === "warm" ? [`${old} standing-by`] : []);
    assert.equal((await hotpod.status()).rollback?.way, way, "told beforehand");
    const tookMs = await timeBack(hotpod, "1");
    assert.equal((await hotpod.seen("rolled-back", from)).way, way);
    await settled(hotpod, []);
    return tookMs;
  };
  const series: number[][] = [];
  do {
    const tookMs: number[] = [];
    while (tookMs.length < count) tookMs.push(await there());
    series.push(tookMs);
  } while (series.length < seriesMax && !isDone(series.at(-1) ?? []));
  const summary = await load.stop();
  assert.deepEqual(summary.failures, [], JSON.stringify(summary.failures));
  assert.equal(summary.failed, 0);
  assert.equal(isAlive(pid), way === "warm", "the first process");
  assert.equal(await hotpod.stop(), 0);
  return { series, kept: summary.kept, requests: summary.requests };
}

/** A busy machine may hold one series up, but not three of three. */
const QUICKLY: Series = { count: 5, until: (tookMs) => median(tookMs) < 20, seriesMax: 3 };
const ONCE: Series = { count: 3, until: () => true, seriesMax: 1 };

// Breaks when going back starts a process, loses a request or a connection, or takes as long as a start.
test("back to a generation that stands by: at once, nobody notices", limits, async (t) => {
  const warm = await backAndForth(t, STANDING_BY, "warm", QUICKLY);
  const cold = await backAndForth(t, COLD, "cold", ONCE);
  const show = (series: readonly (readonly number[])[]) =>
    series.map((tookMs) => tookMs.map((ms) => ms.toFixed(1)).join(", ")).join("; ");
  t.diagnostic(`back in ${show(warm.series)} ms, ${warm.requests} requests, 0 failed`);
  t.diagnostic(`cold in ${show(cold.series)} ms, ${cold.requests} requests, 0 failed`);
  assert.equal(warm.kept.politeCloses, 0, "kept-alive connections that were ended");
  assert.equal(warm.kept.opened, 8, "none had to be opened again");
  const bestMs = Math.min(...warm.series.map(median));
  assert.ok(bestMs < 20, `the best series' median: ${show(warm.series)}`);
  assert.ok(bestMs < Math.min(...cold.series.map(median)), "faster than a start");
});

// Breaks when the status promises a way back that there is not, or gives no reason.
test(
  "a service without the SDK: the status says beforehand that going back is a start",
  limits,
  async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "server.cjs"), PLAIN_SERVICE);
    writeFileSync(join(folder, "version"), "1");
    const own = [...["--linger", "10ms", "--watch", "version"], ...STANDING_BY];
    const args = [...own, "--", process.execPath, "server.cjs"];
    const hotpod = await startHotpod(t, { cwd: folder, args });
    await hotpod.seen("promoted");
    assert.equal((await hotpod.status()).rollback, null, "nothing to go back to");
    const from = hotpod.here();
    writeFileSync(join(folder, "version"), "2");
    await hotpod.seen("promoted", from);
    await settled(hotpod, []);
    const [program = "", ...more] = ownCommand();
    const socket = ["--control-socket", join(hotpod.ownFolder, "control.sock")];
    const text = execFileSync(program, [...more, "ctl", "status", ...socket], { encoding: "utf8" });
    assert.match(
      text,
      /rollback +cold, \w+ would be started anew: the service does not say that it/,
    );
    await rollBack(hotpod);
    assert.equal((await hotpod.seen("rolled-back", from)).way, "cold");
  },
);

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
