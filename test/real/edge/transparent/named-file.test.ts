import assert from "node:assert/strict";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";
import { AT_FDCWD } from "#edge/transparent/files/file-act.js";
import { findNamed, wayTo } from "#edge/transparent/files/named-file.js";

test("a file is the same by every way that leads to its folder", (context) => {
  const above = mkdtempSync(join(tmpdir(), "hotpod-named-"));
  context.after(() => rmSync(above, { recursive: true, force: true }));
  const folder = join(above, "run");
  mkdirSync(folder);
  symlinkSync(folder, join(above, "linked"));
  const fd = openSync(above, "r");
  context.after(() => closeSync(fd));
  const find = (path: string, from = AT_FDCWD) => findNamed(process.pid, from, path);
  const plain = find(join(folder, "a.sock"));
  const others = [
    find(join(above, "linked/a.sock")),
    find(relative(process.cwd(), join(folder, "a.sock"))),
    find("run/a.sock", fd),
    find("linked/../run/./a.sock", fd),
  ];
  assert.ok(plain !== null);
  for (const other of others) {
    assert.deepEqual([other?.name, other?.folderId], [plain.name, plain.folderId]);
  }
  assert.equal(find(join(above, "missing/a.sock")), null);
  assert.equal(find(`${folder}/`), null);
  assert.notEqual(find(join(above, "a.sock"))?.folderId, plain.folderId);
});

test("hotpod's own way is the service's where there is room, and short where there is none", (context) => {
  const above = mkdtempSync(join(tmpdir(), "hotpod-named-"));
  context.after(() => rmSync(above, { recursive: true, force: true }));
  const deep = join(above, "d".repeat(80));
  mkdirSync(deep);
  symlinkSync(above, join(above, "linked"));
  const way = (path: string) => {
    const named = findNamed(process.pid, AT_FDCWD, path);
    const found = named === null ? null : wayTo(named);
    if (found !== null) context.after(() => found.close());
    return found?.path ?? null;
  };
  assert.equal(way(join(above, "linked/a.sock")), join(above, "linked/a.sock"));
  const own = relative(process.cwd(), join(above, "a.sock"));
  assert.equal(way(own), join(above, "a.sock"), "a relative one is the service's own affair");
  assert.match(way(join(deep, "a.sock")) ?? "", /^\/proc\/self\/fd\/\d+\/a\.sock$/);
  assert.equal(way(join(above, "n".repeat(100))), null);
});
