/** Bad versions of a real service under light load: what clients see, what is said, and what is left. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import type { Hotpod } from "./hotpod.js";
import { isAlive, until } from "./processes.js";
import { assertUnhurt, copyShop, reached, serveShop } from "./shop.js";

before(ensureBundle);
const limits = { timeout: 120_000 };

/** hotpod and its serving generation, and nobody else. */
async function assertOnlyServing(hotpod: Hotpod): Promise<void> {
  const { serving } = await hotpod.status();
  const expected = [hotpod.pid, serving?.pid];
  assert.deepEqual(hotpod.processes().sort(), expected.sort());
}

// Breaks when a failed build reaches the running generation, or its words are lost or repeated.
test("compile error: said once, with file and line; what serves goes on", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t);
  shop.write("version.go", 'package main\n\nconst version = "2\n');
  const failed = await hotpod.seen("build-failed");
  assert.equal(failed.failure.kind, "command");
  assert.match(JSON.stringify(failed.failure), /version\.go:3/);
  assert.match(`${(await hotpod.status()).behind}`, /build failed/);
  assert.equal(hotpod.output.filter((line) => line.includes("version.go:3")).length, 1);
  shop.save(3);
  await reached(load, 3);
  assert.equal((await hotpod.status()).behind, null);
  assertUnhurt(await load.stop(), ["1", "3"]);
  assert.deepEqual(hotpod.all("build-failed").length, 1);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when a candidate is promoted before it is ready, retried without a change, or when its end touches the others.
test(
  "crash at start: never served, not tried again until its content changes",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t);
    shop.save(2, "crash-at-start");
    const { why, artifact } = await hotpod.seen("candidate-failed");
    assert.deepEqual(why, { kind: "exited", exit: { kind: "code", code: 3 } });
    await hotpod.seen("quarantined");
    assert.deepEqual((await hotpod.status()).quarantine, [artifact.id]);
    // The same bad content by a detour: it is known, and nothing of it starts.
    const from = hotpod.here();
    shop.write("config.json", shop.read("config.json").replace("}", " }"));
    await hotpod.seen("change-seen", from);
    shop.write("config.json", shop.read("config.json").replace(" }", "}"));
    await hotpod.seen("change-unbuilt", from, (told) => told.why === "quarantined");
    shop.save(3);
    await reached(load, 3);
    assertUnhurt(await load.stop(), ["1", "3"]);
    await until(() => hotpod.processes().length === 2, "the end of generation 1");
    await assertOnlyServing(hotpod);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when ready.timeout is not kept, or the candidate that is given up stays behind.
test("never ready: given up after ready.timeout, and gone", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t, ["--ready-timeout", "1s"]);
  shop.save(2, "never-ready");
  const started = await hotpod.seen("generation-started", 0, (told) => told.generation === 2);
  const failed = await hotpod.seen("candidate-failed");
  assert.equal(failed.why.kind, "ready-timeout");
  const tookMs = failed.atMs - started.atMs;
  assert.ok(tookMs > 900 && tookMs < 3_000, `given up after ${tookMs} ms`);
  await until(() => hotpod.processes().length === 2, "the end of the candidate");
  await assertOnlyServing(hotpod);
  assertUnhurt(await load.stop(), ["1"]);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when clients are refused between the bad generation and the good one, or when nobody says how long it served.
test(
  "exits in probation: back to the version before; only its own requests are lost",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t);
    shop.save(2, "exit-after=700ms");
    const back = await hotpod.seen("rolled-back");
    assert.equal(back.generation, 2);
    assert.deepEqual(back.why, { kind: "exited", exit: { kind: "code", code: 4 } });
    assert.ok(back.servedMs > 500 && back.servedMs < 3_000, `served ${back.servedMs} ms`);
    const promoted = await hotpod.seen("promoted", 0, (told) => told.generation === 3);
    assert.equal(promoted.artifact.id, back.to.id);
    const { serving, quarantine, behind } = await hotpod.status();
    assert.equal(serving?.artifact.id, back.to.id);
    assert.deepEqual(quarantine, [back.from.id]);
    assert.notEqual(behind, null);
    shop.save(3);
    await reached(load, 3);
    const summary = await load.stop();
    assert.deepEqual(
      summary.versions.map(({ version }) => version),
      ["1", "2", "3"],
    );
    // It had at most what its open connections had asked: no client was refused, and none waited in vain.
    assert.ok(summary.failed <= 12, JSON.stringify(summary.failures));
    for (const { reason } of summary.failures) assert.match(reason, /^(reset|unanswered|cut)$/);
    assert.ok(summary.longestGapMs < 2_000, `${summary.longestGapMs} ms without an answer`);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when drain.timeout does not lead to SIGKILL, or a slow farewell holds up the swap.
test(
  "hangs on SIGTERM: killed after drain.timeout, while the new one serves",
  limits,
  async (t) => {
    const shop = copyShop(t, 1, "ignore-sigterm");
    const { hotpod, load } = await serveShop(t, ["--drain-timeout", "1s"], shop);
    const first = (await hotpod.status()).serving?.pid ?? 0;
    shop.save(2);
    await reached(load, 2);
    assert.ok(isAlive(first), "the new one serves before the old one is gone");
    const ended = await hotpod.seen("drain-ended");
    assert.equal(ended.killed, true);
    assert.ok(ended.tookMs >= 1_000 && ended.tookMs < 2_000, `killed after ${ended.tookMs} ms`);
    await until(() => !isAlive(first), "its end");
    assertUnhurt(await load.stop(), ["1", "2"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when only the process group is killed: this one has left it for a session of its own.
test("forks and leaves a daemon: the daemon ends with its generation", limits, async (t) => {
  const shop = copyShop(t, 1, "daemon=600");
  const { hotpod, load } = await serveShop(t, [], shop);
  const { serving } = await hotpod.status();
  const daemon = hotpod.processes().find((pid) => pid !== hotpod.pid && pid !== serving?.pid) ?? 0;
  assert.match(readFileSync(`/proc/${daemon}/cmdline`, "latin1"), /^sleep/);
  shop.save(2);
  await reached(load, 2);
  await until(() => !isAlive(daemon), "the end of the daemon");
  await assertOnlyServing(hotpod);
  assertUnhurt(await load.stop(), ["1", "2"]);
  assert.equal(await hotpod.stop(), 0);
});

/** A log file in front of hotpod: the service writes there without anybody in between. */
const intoFile = (file: string) => ["sh", "-c", 'out=$0; exec "$@" >"$out"', file];

// Breaks when output passes through hotpod's memory, loses a byte, or makes its loop wait.
test("100 MB of output: every byte arrives, nobody waits", limits, async (t) => {
  const shop = copyShop(t);
  const file = join(shop.ownFolder, "output");
  const { hotpod, load } = await serveShop(t, [], shop, { wrapper: intoFile(file) });
  shop.save(2, "spew");
  await reached(load, 2);
  const spewed = 100 * 8_322 * 126;
  await until(() => statSync(file).size >= spewed, "100 MB in the file");
  assert.equal(statSync(file).size, spewed);
  const rss = Number(
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hotpod.pid}/status`, "latin1"))?.[1],
  );
  assert.ok(rss < 150_000, `hotpod holds ${rss} kB`);
  assertUnhurt(await load.stop(), ["1", "2"]);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when output is read line by line: this one has no end of a line.
test("output without a newline passes through byte for byte", limits, async (t) => {
  const shop = copyShop(t);
  const file = join(shop.ownFolder, "output");
  const { hotpod, load } = await serveShop(t, [], shop, { wrapper: intoFile(file) });
  shop.save(2, "no-newline");
  await reached(load, 2);
  await until(() => statSync(file).size >= 2 ** 20, "1 MiB in the file");
  assert.equal(readFileSync(file, "latin1"), "x".repeat(2 ** 20));
  assertUnhurt(await load.stop(), ["1", "2"]);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when a candidate shares the address before it is promoted: it listens from its first moment.
test("READY=1 later than listening: nobody meets the cold service", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t);
  shop.save(2, "cold=700ms");
  await reached(load, 2);
  const ready = await hotpod.seen("generation-ready", 0, (told) => told.generation === 2);
  assert.equal(ready.by, "notify");
  assert.ok(ready.tookMs > 700, `ready after ${ready.tookMs} ms`);
  assertUnhurt(await load.stop(), ["1", "2"]);
  assert.equal(await hotpod.stop(), 0);
});
