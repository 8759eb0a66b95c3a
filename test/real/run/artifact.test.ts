/** Somebody else replaces a program, well or badly: clients meet whole, right programs only. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import type { LoadChild } from "#edge/observe/load-child.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod, temporaryFolder } from "./hotpod.js";
import { assertUnhurt, QUICK, reached, startClients } from "./shop.js";
import { compile, compileShop, type ShopPrograms } from "./shop-programs.js";

before(ensureBundle);
const limits = { timeout: 180_000 };

interface Dropped extends ShopPrograms {
  readonly hotpod: Hotpod;
  readonly load: LoadChild;
}

/** hotpod serves version 1 from the drop place to clients. */
async function serveDrop(t: TestContext): Promise<Dropped> {
  const programs = compileShop(t);
  const { shop, drop } = programs;
  programs.make(1, drop);
  const { folder: cwd, ownFolder } = shop;
  const hotpod = await startHotpod(t, { cwd, ownFolder, args: [...QUICK, "--artifact", drop] });
  await hotpod.seen("promoted");
  return { ...programs, hotpod, load: await startClients(t, hotpod) };
}

/** As a shell does it. Fails when the writer is refused (ETXTBSY: "Text file busy"). */
function shell(line: string): void {
  const done = spawnSync("sh", ["-ec", line], { encoding: "utf8" });
  assert.equal(done.status, 0, `${line}: ${done.stderr}`);
}

/** Every artifact that was started has been whole and right: its clients saw its version, and no candidate failed. */
function assertOnlyRight(hotpod: Hotpod): void {
  assert.deepEqual(hotpod.all("candidate-failed"), []);
  assert.deepEqual(hotpod.all("rolled-back"), []);
  assert.deepEqual(hotpod.all("crashed"), []);
}

// Breaks when the file itself is executed (the writer is refused, or the running text changes), when a way of replacing it
// is not noticed, or when half of a file is taken for a program.
test(
  "cp over, mv onto, mv across file systems, rm and cp: each is served, nobody is refused",
  limits,
  async (t) => {
    const { hotpod, load, drop, make, mark } = await serveDrop(t);
    const beside = `${drop}.new`;
    const elsewhere = join(temporaryFolder(t, "/dev/shm"), "program");
    assert.notEqual(statSync(drop).dev, statSync("/dev/shm").dev, "two file systems");
    const ways = [
      { name: "cp over", file: beside, line: `cp ${beside} ${drop}` },
      { name: "mv onto", file: beside, line: `mv ${beside} ${drop}` },
      { name: "mv across", file: elsewhere, line: `mv ${elsewhere} ${drop}` },
      { name: "rm and cp", file: beside, line: `rm ${drop}; cp ${beside} ${drop}` },
      { name: "install", file: beside, line: `install -m 755 ${beside} ${drop}` },
    ];
    for (const [index, { file, line }] of ways.entries()) {
      make(index + 2, file);
      const from = hotpod.here();
      shell(line);
      await reached(load, mark(index + 2));
      await hotpod.seen("drain-ended", from);
    }
    // The file that was taken is nobody's running text: it can be written in place while its content serves.
    const { serving } = await hotpod.status();
    const handle = await open(drop, "r+");
    await handle.close();
    assert.ok(serving?.pid);
    const summary = await load.stop();
    assertUnhurt(summary, [1, 2, 3, 4, 5, 6].map(mark));
    assertOnlyRight(hotpod);
    assert.equal(await hotpod.stop(), 0);
  },
);

/** Writes it piece by piece with pauses, as over a slow line. */
async function writeSlowly(path: string, bytes: Buffer, how: "one-writer" | "many-writers") {
  const pieces = 12;
  const size = Math.ceil(bytes.length / pieces);
  let handle = await open(path, "w", 0o755);
  for (let piece = 0; piece < pieces; piece += 1) {
    await handle.write(bytes.subarray(piece * size, (piece + 1) * size));
    if (how === "many-writers") {
      await handle.close();
      handle = await open(path, "a");
    }
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  await handle.close();
}

// Breaks when a pause of the writer is taken for its end: half a program would be started, or a half one kept for ever.
test("slow copies: nothing is started before the file is whole, then it is", limits, async (t) => {
  const { hotpod, load, drop, bytes, mark } = await serveDrop(t);
  await writeSlowly(drop, bytes(2), "one-writer");
  await reached(load, mark(2));
  await writeSlowly(drop, bytes(3), "many-writers");
  await reached(load, mark(3));
  // A writer that gives up half-way: said, and what serves goes on.
  const from = hotpod.here();
  writeFileSync(drop, bytes(4).subarray(0, 3_000_000));
  const { failure } = await hotpod.seen("build-failed", from);
  assert.equal(failure.kind, "incomplete", JSON.stringify(failure));
  writeFileSync(drop, bytes(5));
  await reached(load, mark(5));
  assertUnhurt(await load.stop(), [1, 2, 3, 5].map(mark));
  assertOnlyRight(hotpod);
  const looks = hotpod.all("build-failed");
  for (const each of looks) assert.equal(each.failure.kind, "incomplete");
  const said = hotpod.output.filter((line) => line.includes("not whole yet")).length;
  assert.ok(said >= 1 && said <= 3, `${looks.length} looks were told of ${said} times`);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when a program is started to find out that it cannot run, or when nobody says why it does not.
test(
  "wrong architecture, not executable, no program at all: refused with the reason",
  limits,
  async (t) => {
    const { hotpod, load, shop, drop, make, mark } = await serveDrop(t);
    const refusedFor = async (reason: RegExp, replace: () => void) => {
      const from = hotpod.here();
      replace();
      const matches = (told: { failure: unknown }) => reason.test(JSON.stringify(told.failure));
      const { failure } = await hotpod.seen("build-failed", from, matches);
      assert.equal(failure.kind, "unusable");
      assert.match(`${(await hotpod.status()).behind}`, reason);
    };
    const beside = `${drop}.new`;
    const machine = process.arch === "arm64" ? "amd64" : "arm64";
    compileForeign(t, machine, beside);
    await refusedFor(/is built for (aarch64|x86-64)/, () => renameSync(beside, drop));
    make(2, beside);
    chmodSync(beside, 0o644);
    await refusedFor(/not executable/, () => renameSync(beside, drop));
    writeFileSync(beside, "just text\n", { mode: 0o755 });
    await refusedFor(/neither as ELF nor with #!/, () => renameSync(beside, drop));
    make(3, beside);
    chmodSync(beside, 0o644);
    await refusedFor(/not executable/, () => renameSync(beside, drop));
    // The same file, made executable in place: nothing of its content changes, and yet it has become right.
    chmodSync(drop, 0o755);
    await reached(load, mark(3));
    rmSync(drop);
    copyFileSync(join(shop.ownFolder, "first"), drop);
    await reached(load, mark(1));
    const summary = await load.stop();
    assert.deepEqual(summary.failures, []);
    assertOnlyRight(hotpod);
    assert.equal(await hotpod.stop(), 0);
  },
);

/** A real program for another machine, without a library that would have to be compiled for it first. */
function compileForeign(t: TestContext, GOARCH: string, path: string): void {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "main.go"), "package main\n\nfunc main() {}\n");
  writeFileSync(join(folder, "go.mod"), "module foreign\n\ngo 1.24\n");
  compile(folder, path, { GOARCH, CGO_ENABLED: "0" });
}

// Breaks when the program of the image is thought to be the drop place's, or its arguments get lost.
test(
  "--artifact beside an image's program: the image serves until something is dropped",
  limits,
  async (t) => {
    const programs = compileShop(t);
    const { shop, drop, make, mark } = programs;
    const image = join(shop.ownFolder, "image");
    make(1, image);
    const { folder: cwd, ownFolder } = shop;
    const args = [...QUICK, "--artifact", drop, "--", image, "--flag"];
    const hotpod = await startHotpod(t, { cwd, ownFolder, args });
    await hotpod.seen("promoted");
    const load = await startClients(t, hotpod);
    make(2, drop);
    await reached(load, mark(2));
    const { serving, drift } = await hotpod.status();
    assert.equal(drift, true);
    const argv = spawnSync("cat", [`/proc/${serving?.pid}/cmdline`], { encoding: "utf8" }).stdout;
    assert.equal(argv.split("\0")[1], "--flag");
    assertUnhurt(await load.stop(), [1, 2].map(mark));
    assert.equal(await hotpod.stop(), 0);
  },
);
