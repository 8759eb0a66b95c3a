/** What counts as a change of a real Go service, and how many builds it costs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { swapTimingMs } from "#model/swap-timing.js";
import { needsTool } from "#test/real/edge/needs-tool.js";
import type { Hotpod } from "./hotpod.js";
import { assertUnhurt, copyShop, reached, type Served, serveShop, versionSource } from "./shop.js";

before(ensureBundle);
const limits = { timeout: 180_000 };

const run = (program: string, args: readonly string[], cwd: string): void => {
  const done = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(done.status, 0, `${program} ${args.join(" ")}: ${done.stderr ?? done.error}`);
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Versions that were promoted, as clients would count them: one for each artifact that served. */
const promotions = (hotpod: Hotpod, from: number): number => hotpod.all("promoted", from).length;

// Breaks when an event is taken for a change: each of these is told by the kernel, and none changes a byte.
test(
  "touch, chmod, double events, a save without a change: nothing is built",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t);
    const from = hotpod.here();
    const file = join(shop.folder, "version.go");
    const now = new Date();
    for (const act of [
      () => utimesSync(file, now, now),
      () => chmodSync(file, 0o600),
      () => shop.save(1),
      () => writeFileSync(file, shop.read("version.go"), { flag: "r+" }),
      () => {
        // MOVED_TO at once followed by ATTRIB.
        shop.save(1);
        chmodSync(file, 0o644);
      },
      () => writeFileSync(join(shop.folder, "shop_test.go"), "package main\n"),
      () => writeFileSync(join(shop.folder, ".#version.go"), "lock of an editor"),
      () => writeFileSync(join(shop.folder, "version.go~"), "backup of an editor"),
    ]) {
      act();
      // Not waited for: time in which each of them would have been a change of its own.
      await pause(60);
    }
    // The fence: a change that counts. What came before it has been read by then.
    shop.write("config.json", shop.read("config.json").replace("}", " }"));
    const change = await hotpod.seen("change-seen", from);
    assert.deepEqual(change.files, ["config.json"]);
    await hotpod.seen("promoted", from);
    assert.equal(hotpod.all("change-seen", from).length, 1);
    assert.equal(hotpod.all("build-started", from).length, 1);
    assertUnhurt(await load.stop(), ["1"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

interface Way {
  readonly name: string;
  readonly tool?: string;
  save(served: Served, version: number): void | Promise<void>;
}

const WAYS: readonly Way[] = [
  {
    name: "in place, as many editors",
    save: ({ shop }, version) => shop.write("version.go", versionSource(version)),
  },
  {
    name: "vim",
    tool: "vim",
    save: ({ shop }, version) => vim(shop.folder, version, "set backupcopy=no"),
  },
  {
    name: "vim with a backup it keeps",
    tool: "vim",
    save: ({ shop }, version) => vim(shop.folder, version, "set backupcopy=yes backup"),
  },
  {
    name: "sed -i",
    tool: "sed",
    save: ({ shop }, version) =>
      run("sed", ["-i", `s/"[0-9]*"/"${version}"/`, "version.go"], shop.folder),
  },
  {
    name: "an IDE's safe write",
    save: ({ shop }, version) => {
      const path = join(shop.folder, "version.go");
      writeFileSync(`${path}___jb_tmp___`, versionSource(version));
      renameSync(path, `${path}___jb_old___`);
      renameSync(`${path}___jb_tmp___`, path);
      unlinkSync(`${path}___jb_old___`);
    },
  },
  {
    name: "removed and written anew",
    save: ({ shop }, version) => {
      unlinkSync(join(shop.folder, "version.go"));
      shop.write("version.go", versionSource(version));
    },
  },
];

function vim(cwd: string, version: number, settings: string): void {
  const change = `%s/"[0-9]*"/"${version}"/`;
  run("vim", ["-Nu", "NONE", "-es", "-c", settings, "-c", change, "-c", "wq", "version.go"], cwd);
}

// Breaks when a way of saving is missed, built twice to its end, or met half-way (a version that nobody saved).
test("every way of saving is one new version", limits, async (t) => {
  const served = await serveShop(t);
  const { hotpod, load } = served;
  const versions = ["1"];
  for (const { name, tool, save } of WAYS) {
    if (tool !== undefined && !hasTool(tool)) {
      t.diagnostic(`SKIPPED: ${name}, for ${tool} is not installed`);
      continue;
    }
    const from = hotpod.here();
    const version = versions.length + 1;
    await save(served, version);
    await reached(load, version);
    await hotpod.seen("drain-ended", from);
    versions.push(`${version}`);
    assert.equal(promotions(hotpod, from), 1, name);
    assert.equal(hotpod.all("build-succeeded", from).length, 1, name);
  }
  assert.deepEqual(hotpod.all("build-failed").filter(isCompiled), []);
  assertUnhurt(await load.stop(), versions);
  assert.equal(await hotpod.stop(), 0);
});

/** A compiler's word about sources nobody wrote: met half-way. Being cancelled in time is fine. */
const isCompiled = ({ failure }: { failure: { kind: string } }): boolean =>
  failure.kind === "command";

function hasTool(tool: string): boolean {
  const found = spawnSync(tool, ["--version"]).error === undefined;
  assert.ok(found || process.env.CI !== "true", `${tool} is missing`);
  return found;
}

// Breaks when each of the 500 files costs a build, or the last of them is missed.
test("git checkout of 500 files: few builds, and the last state is served", limits, async (t) => {
  if (!needsTool(t, "git")) return;
  const shop = copyShop(t);
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], shop.folder);
  const fill = (state: string): void => {
    mkdirSync(join(shop.folder, "data"), { recursive: true });
    for (let file = 0; file < 500; file += 1) shop.write(`data/${file}.txt`, `${state} ${file}\n`);
  };
  fill("old");
  git("init", "-q", "-b", "old");
  git("add", ".");
  git("commit", "-qm", "old");
  git("checkout", "-qb", "new");
  fill("new");
  shop.save(2);
  git("commit", "-qam", "new");
  git("checkout", "-q", "old");
  const { hotpod, load } = await serveShop(t, [], shop);
  const from = hotpod.here();
  git("checkout", "-q", "new");
  await reached(load, 2);
  await hotpod.seen("drain-ended", from);
  const completed = hotpod.all("build-succeeded", from).length;
  assert.ok(completed <= 2, `${completed} completed builds`);
  const started = hotpod.all("build-started", from).length;
  assert.ok(started <= 4, `${started} builds begun`);
  assertUnhurt(await load.stop(), ["1", "2"]);
  assert.equal((await hotpod.status()).behind, null);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when the running build is waited for, or its result is served although it is old.
test(
  "a save during a build cancels it: the newer content is served, the older never",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t, ["--build-before", "sleep 0.4"]);
    const from = hotpod.here();
    shop.save(2);
    await hotpod.seen("build-started", from);
    shop.save(3);
    await hotpod.seen("build-cancelled", from);
    await reached(load, 3);
    assert.equal(hotpod.all("build-succeeded", from).length, 1);
    assertUnhurt(await load.stop(), ["1", "3"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when saves queue up builds, or when the last one is lost because it came during a build.
test(
  "10 saves in 1 s: at most 2 completed builds, the last is served one build after it",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t);
    const from = hotpod.here();
    for (let version = 2; version <= 11; version += 1) {
      shop.save(version);
      if (version < 11) await pause(100);
    }
    const lastSave = Date.now();
    await reached(load, 11);
    await hotpod.seen("drain-ended", from);
    const builds = hotpod.all("build-succeeded", from);
    assert.ok(builds.length <= 2, `${builds.length} completed builds`);
    // One build after the last save: the last one to complete is the first that was begun since then.
    const begun = hotpod.all("build-started", from).filter(({ atMs }) => atMs >= lastSave - 50);
    assert.ok(begun.length <= 1, `${begun.length} builds begun after the last save`);
    const summary = await load.stop();
    assert.deepEqual(summary.failures, []);
    assert.equal(summary.versions.at(-1)?.version, "11");
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when every change cancels the build: a log file in the tree, or a generator in a loop, would starve it for ever.
test("a writer that never stops is served all the same, after starveLimit", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t, ["--starve-limit", "2s"]);
  const from = hotpod.here();
  const firstSave = Date.now();
  let version = 1;
  let writing = true;
  const writer = (async () => {
    while (writing) {
      version += 1;
      shop.save(version);
      await pause(20);
    }
  })();
  const promoted = await hotpod.seen("promoted", from);
  writing = false;
  await writer;
  const tookMs = promoted.atMs - firstSave;
  assert.ok(tookMs < 10_000, `${tookMs} ms until something new served`);
  await reached(load, version);
  const summary = await load.stop();
  assert.deepEqual(summary.failures, []);
  assert.equal(summary.backwards, 0);
  assert.equal((await hotpod.status()).behind, null);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when a part is left out, counted twice, or measured against another clock: then they do not sum to the whole.
test("where an update's time went is told, and its parts are the whole", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t);
  const from = hotpod.here();
  assert.equal((await hotpod.status()).lastUpdate, null);
  const savedMs = performance.now();
  shop.save(2);
  const promoted = await hotpod.seen("promoted", from);
  const { timing } = await hotpod.seen("update-timed", from);
  const elapsedMs = performance.now() - savedMs;
  const whole = swapTimingMs(timing);
  const { changeMs } = promoted;
  assert.ok(changeMs !== null && Math.abs(whole - timing.switchMs - changeMs) < 0.01);
  assert.ok(whole < elapsedMs, `${whole} ms are told of ${elapsedMs} ms`);
  const built = await hotpod.seen("build-succeeded", from);
  assert.equal(timing.buildMs, built.tookMs);
  for (const [part, ms] of Object.entries(timing)) assert.ok(ms >= 0, `${part}: ${ms}`);
  assert.ok(timing.readyMs > 0 && timing.startMs > 0);
  const { lastUpdate } = await hotpod.status();
  assert.deepEqual(lastUpdate, { generation: promoted.generation, ...timing });
  await reached(load, 2);
  assertUnhurt(await load.stop(), ["1", "2"]);
  assert.equal(await hotpod.stop(), 0);
});
