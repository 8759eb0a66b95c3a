import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type FolderWatch, folderWatch } from "#edge/watch/folder-watch.js";
import { IgnoreRules } from "#edge/watch/ignore-rules.js";
import { Tree } from "#edge/watch/tree.js";
import { temporaryFolder } from "./folder.js";

test("a file that comes between the look at its folder and the watch on it is seen", async (t) => {
  const cwd = temporaryFolder(t);
  const drop = join(cwd, "drop");
  const program = join(drop, "main");
  mkdirSync(drop);
  const real = folderWatch(() => {});
  const late: FolderWatch = {
    count: 0,
    open: (path, onEvent) => {
      // Just before the kernel begins to tell: no event will ever name this file.
      if (path === drop) writeFileSync(program, "binary");
      return real.open(path, onEvent);
    },
  };
  const rules = new IgnoreRules({ cwd, ignore: [], excluded: [] });
  const onEvent = () => {};
  const tree = new Tree({ roots: [program], cwd, rules, program, folders: late, onEvent });
  t.after(() => tree.close());
  await tree.scan(false);
  assert.equal(tree.has(program), true);
});
