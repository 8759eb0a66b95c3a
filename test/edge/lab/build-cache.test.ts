import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { withBuildCache } from "#edge/lab/go-programs.js";

const skip = spawnSync("go", ["version"]).status === 0 ? false : "no Go";

test("Go builds with the user's own cache, or with one of the lab where the user has none", {
  skip,
}, (context) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-cache-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const { PATH } = process.env;
  const own = { PATH, HOME: folder };
  assert.deepEqual(withBuildCache(own, folder), own);
  const made = { GOCACHE: join(folder, "go-cache") };
  // Nobody can make a folder there, root neither.
  const nowhere = { PATH, HOME: "/dev/null" };
  assert.deepEqual(withBuildCache(nowhere, folder), { ...nowhere, ...made });
  assert.deepEqual(withBuildCache({ PATH }, folder), { PATH, ...made });
});

test("without Go there is nothing to decide", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-cache-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { PATH: folder };
  assert.deepEqual(withBuildCache(env, folder), env);
});
