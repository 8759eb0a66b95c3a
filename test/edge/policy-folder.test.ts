import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { readPolicyFolder, watchPolicyFolder } from "#edge/watch/policy-folder.js";
import { atomicVolume } from "./atomic-writer.js";

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-policy-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function textsOf(folder: string): Record<string, string> {
  const files = readPolicyFolder(folder);
  assert.ok(files.ok, JSON.stringify(files));
  return Object.fromEntries(files.value.map(({ path, text }) => [path, text]));
}

test("a volume is read through its swap: added, changed and deleted files", (context) => {
  const folder = join(temporary(context), "policy");
  assert.deepEqual(textsOf(folder), {});
  const volume = atomicVolume(folder);
  volume.write({ "ready.timeout": "5s\n", paused: "true" });
  assert.deepEqual(textsOf(folder), {
    [`${folder}/paused`]: "true",
    [`${folder}/ready.timeout`]: "5s\n",
  });
  volume.write({ "ready.timeout": "6s\n" });
  assert.deepEqual(textsOf(folder), { [`${folder}/ready.timeout`]: "6s\n" });
});

test("volumes below the folder count as well, plain files too", (context) => {
  const folder = temporary(context);
  atomicVolume(join(folder, "pod")).write({ annotations: "" });
  writeFileSync(join(folder, "linger"), "1s");
  assert.deepEqual(Object.keys(textsOf(folder)), [`${folder}/linger`, `${folder}/pod/annotations`]);
});

test("no reading mixes two versions, however often it is swapped meanwhile", async (context) => {
  const folder = temporary(context);
  const volume = atomicVolume(folder);
  volume.write({ a: "0", b: "0", c: "0" });
  const writer = new Worker(
    `
    const { workerData: { folder } } = require("node:worker_threads");
    const fs = require("node:fs");
    const swap = (n) => {
      const name = "..v" + n;
      fs.mkdirSync(folder + "/" + name);
      for (const file of ["a", "b", "c"]) fs.writeFileSync(folder + "/" + name + "/" + file, String(n));
      fs.symlinkSync(name, folder + "/..data_tmp");
      const before = fs.readlinkSync(folder + "/..data");
      fs.renameSync(folder + "/..data_tmp", folder + "/..data");
      fs.rmSync(folder + "/" + before, { recursive: true });
      setImmediate(swap, n + 1);
    };
    swap(1);
    `,
    { eval: true, workerData: { folder } },
  );
  const seen = new Set<string>();
  for (let count = 0; count < 3_000 || seen.size < 3; count++) {
    const files = readPolicyFolder(folder);
    // So many swaps in the time of ten readings that all were overtaken: said, never mixed.
    if (!files.ok) continue;
    const values = new Set(files.value.map(({ text }) => text));
    assert.equal(files.value.length, 3);
    assert.equal(values.size, 1, [...values].join(" "));
    for (const value of values) seen.add(value);
  }
  await writer.terminate();
});

test("a swap is noticed", async (context) => {
  const volume = atomicVolume(temporary(context));
  volume.write({ a: "1" });
  let heard = (): void => {};
  const stop = watchPolicyFolder(volume.folder, () => heard());
  context.after(stop);
  for (const text of ["2", "3"]) {
    const noticed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    volume.write({ a: text });
    await noticed;
    assert.equal(textsOf(volume.folder)[`${volume.folder}/a`], text);
  }
});

test("a link to nothing and a file that is no setting by its size are named, and not read", (context) => {
  const folder = temporary(context);
  const huge = join(folder, "watch");
  writeFileSync(huge, "");
  truncateSync(huge, 1024 * 1024);
  assert.ok(readPolicyFolder(folder).ok);
  truncateSync(huge, 20 * 1024 ** 3);
  assert.deepEqual(readPolicyFolder(folder), { ok: false, error: { path: huge, code: "EFBIG" } });
  rmSync(huge);
  symlinkSync("..gone", join(folder, "..data"));
  const error = { path: join(folder, "..data"), code: "ENOENT" };
  assert.deepEqual(readPolicyFolder(folder), { ok: false, error });
});
