import assert from "node:assert/strict";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { goPrograms } from "#edge/lab/go-programs.js";
import { findProgram } from "#edge/surroundings.js";

const skip = findProgram("go", process.cwd()) === null && "Go is not installed";

test("a program is built without any other folder for temporary files", {
  skip,
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-go-programs-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const nowhere = join(folder, "nowhere");
  const env = { ...process.env, TMPDIR: nowhere, GOTMPDIR: nowhere };
  const programs = goPrograms(folder, env);
  const source = "package main\n\nfunc main() {}\n";
  const path = await programs.build("empty", source);
  accessSync(path, constants.X_OK);
  assert.equal(await programs.build("empty", source), path, "each is built once");
  await assert.rejects(programs.build("wrong", "package main\n"), /wrong does not build:\n/);
});
