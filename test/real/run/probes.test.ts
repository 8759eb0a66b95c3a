/** What kubelet is told while builds, swaps and failures go on. */
import assert from "node:assert/strict";
import { cpus } from "node:os";
import { before, test } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod } from "./hotpod.js";
import { until } from "./processes.js";
import { quantileMs, sample } from "./sampler.js";
import { assertUnhurt, copyShop, QUICK, reached, serveShop } from "./shop.js";

before(ensureBundle);
const limits = { timeout: 120_000 };

const ready = (generation: number, artifact: string): string =>
  `200 {"status":"ready","generation":${generation},"artifact":"${artifact}"}`;
const NOT = (status: string): string => `503 {"status":"${status}"}`;

/** The artifact that generation was promoted with. */
const artifactOf = (hotpod: Hotpod, generation: number): string =>
  hotpod.all("promoted").find((told) => told.generation === generation)?.artifact.id ?? "none";

/** A generator that keeps every core busy for two seconds, as a cold compiler does. */
const BUSY = `node -e "for (const end = Date.now() + 2000; Date.now() < end; );"`;
const EAT_ALL_CORES = `sh -c '${Array.from({ length: cpus().length }, () => `${BUSY} &`).join(" ")} wait'`;

// Breaks when anything blocks hotpod's loop: hashing, copying, starting a process, a build that is not niced.
test(
  "/livez is 200 at once while a build eats every core, in a swap and beside a failed candidate",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t);
    const sampler = sample(hotpod.probesPort, "/livez", 5);
    // The generator comes while hotpod runs, so that the first build need not wait for it.
    shop.write("hotpod.yaml", `build:\n  before: [${JSON.stringify(EAT_ALL_CORES)}]\n`);
    hotpod.signal("SIGHUP");
    await hotpod.events.until("settings", ({ event }) => event === "settings-changed", 0, 10_000);
    shop.save(2);
    await reached(load, 2);
    shop.save(3, "crash-at-start");
    await hotpod.seen("candidate-failed");
    await sampler.stop();
    const { samples } = sampler;
    assert.deepEqual(sampler.sequence(), ['200 {"status":"live"}']);
    assert.ok(samples.length > 200, `only ${samples.length} answers`);
    const p99 = quantileMs(samples, 0.99);
    t.diagnostic(
      `${samples.length} answers, p50 ${quantileMs(samples, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
    assert.ok(p99 < 50, `p99 ${p99} ms`);
    const built = hotpod.all("build-succeeded").map(({ tookMs }) => tookMs);
    assert.ok(Math.max(...built) > 1_500, `the generator was at work: ${built}`);
    assertUnhurt(await load.stop(), ["1", "2"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when an update, good or bad, takes the pod out of its service although a ready generation serves.
test(
  "readiness keep: ready from the first generation to the stop, whatever fails between",
  limits,
  async (t) => {
    const shop = copyShop(t);
    const { folder: cwd, ownFolder } = shop;
    const args = [...QUICK, "--shutdown-delay", "400ms"];
    const hotpod = await startHotpod(t, { cwd, ownFolder, args });
    const readyz = sample(hotpod.probesPort, "/readyz", 5);
    const startupz = sample(hotpod.probesPort, "/startupz", 5);
    await hotpod.seen("promoted");
    shop.write("version.go", "package main\n\nconst version = oops\n");
    await hotpod.seen("build-failed");
    shop.save(2, "crash-at-start");
    await hotpod.seen("candidate-failed");
    shop.save(3);
    const { generation } = await hotpod.seen("promoted", 0, (told) => told.generation > 2);
    const swapped = readyz.samples.length + 2;
    await until(() => readyz.samples.length > swapped, "an answer after the swap");
    assert.equal(await hotpod.stop(), 0);
    await Promise.all([readyz.stop(), startupz.stop()]);
    assert.deepEqual(readyz.sequence(), [
      NOT("starting"),
      ready(1, artifactOf(hotpod, 1)),
      ready(generation, artifactOf(hotpod, generation)),
      NOT("stopping"),
    ]);
    assert.deepEqual(startupz.sequence(), [NOT("starting"), '200 {"status":"started"}']);
  },
);

// Breaks when `hold` opens before the newest content serves, or stays closed after it does.
test(
  "readiness hold: not ready from a change to the next success, a failed build included",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t, ["--readiness", "hold"]);
    const readyz = sample(hotpod.probesPort, "/readyz", 2);
    await until(() => readyz.samples.length > 2, "an answer");
    shop.save(2);
    await reached(load, 2);
    const second = readyz.samples.length + 2;
    await until(() => readyz.samples.length > second, "an answer after the swap");
    shop.write("version.go", "package main\n\nconst version = oops\n");
    await hotpod.seen("build-failed");
    const failed = readyz.samples.length + 20;
    await until(() => readyz.samples.length > failed, "answers after the failed build");
    assert.deepEqual(readyz.sequence(failed - 10), [NOT("reloading")]);
    shop.save(3);
    await reached(load, 3);
    const third = readyz.samples.length + 2;
    await until(() => readyz.samples.length > third, "an answer after the swap");
    await readyz.stop();
    assert.deepEqual(readyz.sequence(), [
      ready(1, artifactOf(hotpod, 1)),
      NOT("reloading"),
      ready(2, artifactOf(hotpod, 2)),
      NOT("reloading"),
      ready(3, artifactOf(hotpod, 3)),
    ]);
    // Clients were answered all along: the answer is for who sends new ones.
    assertUnhurt(await load.stop(), ["1", "2", "3"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when a dead service is called ready (traffic is sent to nobody), or its restart is called an update.
test(
  "a crash of the serving generation: 503 until it serves again, /livez stays 200",
  limits,
  async (t) => {
    // Slow enough at its start to be asked while it is down.
    const shop = copyShop(t, 1, "slow-start=400ms");
    const { folder: cwd, ownFolder } = shop;
    const hotpod = await startHotpod(t, { cwd, ownFolder, args: QUICK });
    await hotpod.seen("promoted");
    const readyz = sample(hotpod.probesPort, "/readyz", 2);
    const livez = sample(hotpod.probesPort, "/livez", 2);
    await until(() => readyz.samples.length > 2, "an answer");
    process.kill((await hotpod.status()).serving?.pid ?? 0, "SIGKILL");
    await hotpod.seen("promoted", 0, (told) => told.generation === 2);
    const after = readyz.samples.length + 2;
    await until(() => readyz.samples.length > after, "an answer afterwards");
    await Promise.all([readyz.stop(), livez.stop()]);
    const artifact = artifactOf(hotpod, 1);
    assert.deepEqual(readyz.sequence(), [
      ready(1, artifact),
      NOT("restarting"),
      ready(2, artifact),
    ]);
    assert.deepEqual(livez.sequence(), ['200 {"status":"live"}']);
    assert.equal(await hotpod.stop(), 0);
  },
);
