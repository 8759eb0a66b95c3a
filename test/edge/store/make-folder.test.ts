import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "#edge/make-folder.js";
import { takeFolder } from "#edge/store/prepare-folder.js";

test("folders are made with those above them, and what is there is left", (t) => {
  const base = mkdtempSync(join(tmpdir(), "make-folder-"));
  t.after(() => rmSync(base, { recursive: true }));
  const deep = join(base, "a", "b", "c");
  makeFolder(deep);
  makeFolder(deep);
  assert.ok(statSync(deep).isDirectory());
  writeFileSync(join(base, "file"), "");
  assert.throws(() => makeFolder(join(base, "file")), { code: "EEXIST" });
  assert.throws(() => makeFolder(join(base, "file", "x")), /ENOTDIR|EEXIST/);
  mkdirSync(join(base, "d"));
  makeFolder(join(base, "d", "..", "e"));
  assert.ok(statSync(join(base, "e")).isDirectory());
});

test("a place that takes no folders is told instead of tried for ever", () => {
  const taken = takeFolder("/proc/hotpod-store");
  assert.ok(!taken.ok);
  assert.match(
    taken.error.detail,
    /^the store \/proc\/hotpod-store on \/proc .*: no folder can be made there \(ENOENT\)$/,
  );
});
