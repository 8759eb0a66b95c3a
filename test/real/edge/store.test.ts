import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openJournal } from "#edge/journal/open-journal.js";
import { openStore } from "#edge/store/open-store.js";
import type { StoreFailure } from "#edge/store/store-failure.js";
import { failureOf, programOf, rig } from "#test/edge/builds/rig.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

const notRoot = process.getuid?.() === 0 ? null : "mounting needs root";
const skip = notRoot !== null && process.env.CI !== "true" ? notRoot : false;

function mounted(t: TestContext, options: string): string {
  const dir = mkdtempSync(join(tmpdir(), "hotpod-test-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", dir]);
  t.after(() => {
    execFileSync("umount", ["-l", dir]);
    rmdirSync(dir);
  });
  return dir;
}

function refused(dir: string): StoreFailure {
  const store = openStore(dir, () => 3);
  if (!store.ok) return store.error;
  store.value.close();
  return assert.fail("it was opened");
}

const build = (text: string) => ({
  package: null,
  command: ["/bin/sh", "-c", text, "sh", "{artifact}"],
  args: [],
  env: {},
  before: [],
  timeoutMs: 60_000,
});

describe("volumes that cannot hold a store are named", { skip }, () => {
  test("full at the start", (t) => {
    const volume = mounted(t, "size=64k");
    writeFileSync(join(volume, "filler"), Buffer.alloc(60 * 1024));
    assert.throws(() => writeFileSync(join(volume, "more"), Buffer.alloc(60 * 1024)), /ENOSPC/);
    const failure = refused(join(volume, "store"));
    assert.equal(failure.kind, "full");
    assert.match(
      failure.detail,
      new RegExp(`the volume ${volume} \\(tmpfs, 0 of 0.06 MiB free\\)`),
    );
  });

  test("full at a later build: an error, and what is there stays", async (t) => {
    const volume = mounted(t, "size=1m");
    const storeDir = join(volume, "store");
    const write = 'dd if=/dev/urandom of="$1" bs=1k count=$(cat size) 2>/dev/null && chmod +x "$1"';
    const made = rig(t, { build: build(write) }, { storeDir });
    writeFileSync(join(made.cwd, "size"), "600");
    const program = programOf(made, await made.build());
    const failure = failureOf(await made.build());
    assert.equal(failure.kind, "store");
    assert.match(
      "detail" in failure ? failure.detail : "",
      new RegExp(`the volume ${volume} .*is full`),
    );
    assert.equal(statSync(program).size, 600 * 1024);
    assert.deepEqual(readdirSync(join(storeDir, "tmp")), [], "nothing half-done takes space");
    made.builds.keep([]);
    writeFileSync(join(made.cwd, "size"), "300");
    programOf(made, await made.build());
  });

  test("full while a program is copied in", async (t) => {
    const volume = mounted(t, "size=1m");
    const made = rig(
      t,
      { recipe: "artifact", artifact: process.execPath },
      { storeDir: join(volume, "store") },
    );
    const failure = failureOf(await made.build());
    assert.equal(failure.kind, "store");
    assert.match("detail" in failure ? failure.detail : "", /is full \(ENOSPC\)/);
  });

  test("mounted read-only", (t) => {
    const volume = mounted(t, "size=1m");
    mkdirSync(join(volume, "store"));
    execFileSync("mount", ["-o", "remount,ro", volume]);
    const failure = refused(join(volume, "store"));
    assert.equal(failure.kind, "read-only");
    assert.match(failure.detail, new RegExp(`${volume} .*mounted read-only`));
  });

  test("mounted noexec", (t) => {
    const volume = mounted(t, "size=1m,noexec");
    const failure = refused(join(volume, "store"));
    assert.equal(failure.kind, "no-exec");
    assert.match(failure.detail, /lets no program run \(noexec\)/);
    assert.deepEqual(readdirSync(join(volume, "store")).sort(), ["lock", "tmp"]);
  });

  test("two mounts of one volume, between which rename does not work", (t) => {
    const volume = mounted(t, "size=1m");
    const store = join(volume, "store");
    mkdirSync(join(store, "tmp"), { recursive: true });
    mkdirSync(join(volume, "other"));
    execFileSync("mount", ["--bind", join(volume, "other"), join(store, "tmp")]);
    const failure = refused(store);
    assert.equal(failure.kind, "cross-device");
    assert.match(failure.detail, /EXDEV/);
  });

  test("a folder of another owner", (t) => {
    const folder = temporaryFolder(t);
    const dir = join(folder, "store");
    mkdirSync(dir, { mode: 0o700 });
    chownSync(dir, 12_345, 12_345);
    chmodSync(folder, 0o755);
    const program = join(import.meta.dirname, "..", "programs/open-store.ts");
    const argv = ["-C", "source", "--import", "tsx", program, dir];
    const ran = spawnSync(process.execPath, argv, { encoding: "utf8", uid: 65_534, gid: 65_534 });
    assert.equal(ran.status, 0, ran.stderr);
    const failure = JSON.parse(ran.stdout) as StoreFailure;
    assert.equal(failure.kind, "not-permitted");
    assert.match(failure.detail, new RegExp(`this user may not write to the store ${dir}`));
  });

  test("the journal on a full volume goes on in memory, and says so once", async (t) => {
    const volume = mounted(t, "size=64k");
    const failures: StoreFailure[] = [];
    const journal = openJournal({ storeDir: volume, onFailure: (one) => failures.push(one) });
    for (let build = 1; build <= 2_000; build += 1) {
      journal.announce({ kind: "build-started", build, content: "c0ffee" }, build);
    }
    await new Promise(setImmediate);
    assert.deepEqual(
      failures.map(({ kind }) => kind),
      ["full"],
    );
    assert.equal(journal.recent().at(-1)?.seq, 2_000);
    journal.close();
  });
});

describe("a hotpod that was killed", () => {
  test("leaves a store that opens again, with what was good", async (t) => {
    const dir = join(temporaryFolder(t), "store");
    const program = join(import.meta.dirname, "..", "programs/open-store.ts");
    const argv = ["-C", "source", "--import", "tsx", program, dir, "kill"];
    const ran = spawnSync(process.execPath, argv, { encoding: "utf8" });
    assert.equal(ran.signal, "SIGKILL", ran.stderr);
    const store = openStore(dir, () => 3);
    if (!store.ok) assert.fail(store.error.detail);
    t.after(() => store.value.close());
    const good = await store.value.lastGood();
    assert.ok(good !== null && store.value.has(good.id));
    assert.deepEqual(readdirSync(join(dir, "tmp")), []);
  });
});
