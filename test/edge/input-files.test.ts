import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { findInput, type InputLimits, writeOutput } from "#edge/input-files.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

const limits: InputLimits = { bytesMax: 100, filesMax: 2, endings: [".yaml", ".json"] };

describe("findInput", () => {
  test("a file with its text; why not, by errno", (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, "a.yaml"), "a: 1");
    const path = join(dir, "a.yaml");
    assert.deepEqual(findInput(path, limits), {
      ok: true,
      value: { kind: "file", path, text: "a: 1" },
    });
    assert.deepEqual(findInput(join(dir, "b"), limits), { ok: false, error: { code: "ENOENT" } });
    writeFileSync(path, "x".repeat(101));
    assert.deepEqual(findInput(path, limits), { ok: false, error: { code: "too-large" } });
  });

  test("a folder with its manifests, sorted; not the hidden ones, and not too many", (t) => {
    const dir = temporaryFolder(t);
    for (const folder of ["sub", ".git", "node_modules"]) mkdirSync(join(dir, folder));
    for (const file of ["b.yaml", "sub/a.json", ".git/c.yaml", "node_modules/d.yaml", "e.txt"]) {
      writeFileSync(join(dir, file), "");
    }
    const files = [join(dir, "b.yaml"), join(dir, "sub", "a.json")];
    assert.deepEqual(findInput(dir, limits), {
      ok: true,
      value: { kind: "folder", path: dir, files },
    });
    writeFileSync(join(dir, "z.yaml"), "");
    assert.deepEqual(findInput(dir, limits), { ok: false, error: { code: "too-many" } });
  });

  test("a hidden file counts when its whole name is asked for", (t) => {
    const dir = temporaryFolder(t);
    for (const file of [".air.toml", ".other.toml", "app.air.toml"]) {
      writeFileSync(join(dir, file), "");
    }
    const files = [join(dir, ".air.toml"), join(dir, "app.air.toml")];
    assert.deepEqual(findInput(dir, { ...limits, endings: [".air.toml"] }), {
      ok: true,
      value: { kind: "folder", path: dir, files },
    });
  });
});

test("writeOutput says by errno why not", (t) => {
  const dir = temporaryFolder(t);
  assert.deepEqual(writeOutput(join(dir, "out.html"), "x"), { ok: true, value: null });
  assert.deepEqual(writeOutput(join(dir, "no", "out.html"), "x"), {
    ...{ ok: false, error: { code: "ENOENT" } },
  });
});
