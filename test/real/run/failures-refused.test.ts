/** What is refused because somebody else holds it, and volumes that are full. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { startChild } from "#edge/observe/child.js";
import { freePorts } from "#edge/observe/free-port.js";
import { ensureBundle, ownCommand } from "#edge/observe/own-command.js";
import { type Hotpod, temporaryFolder } from "./hotpod.js";
import { assertUnhurt, copyShop, reached, serveShop } from "./shop.js";

before(ensureBundle);
const limits = { timeout: 120_000 };

/** A second `hotpod run` that is expected to end by itself. */
async function startSecond(cwd: string, port: number, store: string) {
  const [probes] = await freePorts(1);
  const lines: string[] = [];
  const flags = [
    ...["--listen", `127.0.0.1:${port}`, "--probes-listen", `127.0.0.1:${probes}`],
    ...["--store-dir", store, "--control-socket", `${store}-second.sock`],
  ];
  const child = await startChild([...ownCommand(), "run", ...flags], {
    cwd,
    env: process.env,
    onLine: (line) => lines.push(line),
  });
  const code = await child.exited;
  return { code, said: lines.join("\n") };
}

async function assertServesOn(hotpod: Hotpod, pid: number | null | undefined): Promise<void> {
  const { serving, phase } = await hotpod.status();
  assert.deepEqual({ phase, pid: serving?.pid }, { phase: "serving", pid });
}

// Breaks when two supervisors work in one store, or share one port (with SO_REUSEPORT the kernel would let them).
test(
  "a second start on the same store or port is refused, and the holder is named",
  limits,
  async (t) => {
    const { shop, hotpod, load } = await serveShop(t);
    const { serving } = await hotpod.status();
    const [free = 0] = await freePorts(1);
    const sameStore = await startSecond(shop.folder, free, join(shop.ownFolder, "store"));
    assert.equal(sameStore.code, 1, sameStore.said);
    assert.match(
      sameStore.said,
      new RegExp(`another hotpod uses the store .*: process ${hotpod.pid}`),
    );
    const other = join(temporaryFolder(t), "store");
    const samePort = await startSecond(shop.folder, hotpod.port, other);
    assert.equal(samePort.code, 1, samePort.said);
    assert.match(
      samePort.said,
      new RegExp(`127.0.0.1:${hotpod.port}: it is in use by process \\d+`),
    );
    const holder = Number(/by process (\d+)/.exec(samePort.said)?.[1]);
    assert.ok([hotpod.pid, serving?.pid].includes(holder), `${holder} holds nothing`);
    await assertServesOn(hotpod, serving?.pid);
    assertUnhurt(await load.stop(), ["1"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

/** A folder on a small volume of its own; null where this user may not mount. */
function mountSmall(t: TestContext, mebibytes: number): string | null {
  const folder = temporaryFolder(t);
  const flags = ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", folder];
  const done = spawnSync("mount", flags, { encoding: "utf8" });
  if (done.status !== 0) {
    assert.notEqual(process.env.CI, "true", `cannot mount a tmpfs: ${done.stderr}`);
    t.skip(`a tmpfs cannot be mounted here: ${done.stderr ?? done.error}`);
    return null;
  }
  return folder;
}

// Breaks when a full volume touches what serves, is not named, or is not recovered from.
test(
  "a store that is full: said with its volume, what serves goes on, and the next change works",
  limits,
  async (t) => {
    const volume = mountSmall(t, 40);
    if (volume === null) return;
    const shop = copyShop(t);
    const store = join(volume, "store");
    const { hotpod, load } = await serveShop(t, [], { ...shop, ownFolder: volume });
    const { serving } = await hotpod.status();
    const ballast = join(store, "ballast");
    fill(store, ballast);
    shop.save(2);
    const { failure } = await hotpod.seen("build-failed");
    assert.equal(failure.kind, "store", JSON.stringify(failure));
    assert.match(JSON.stringify(failure), new RegExp(`${volume} \\(tmpfs`));
    await assertServesOn(hotpod, serving?.pid);
    assert.ok(existsSync(join(store, "current", "artifact")), "what serves is in the store");
    rmSync(ballast);
    shop.save(3);
    await reached(load, 3);
    assertUnhurt(await load.stop(), ["1", "3"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

/** Leaves about 100 KiB, too little for a program. */
function fill(volume: string, ballast: string): void {
  const { bavail, bsize } = statfsSync(volume);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 100 * 1_024));
}
