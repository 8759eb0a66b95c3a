import assert from "node:assert/strict";
import { test } from "node:test";
import { readTree } from "#tools/tidy/read-tree.js";
import { entryFiles, packageTable, roomTable } from "#tools/tidy/room-table.js";

test("the tree is read without what is installed or built", () => {
  const { files } = readTree(".");
  assert.ok(files.has("tools/tidy/read-tree.ts"));
  assert.deepEqual(
    [...files.keys()].filter((path) => /(^|\/)(node_modules|dist|\.git)\//.test(path)),
    [],
  );
});

test("the table speaks of rooms and packages that are known", () => {
  for (const [room, { rooms }] of Object.entries(roomTable)) {
    for (const other of rooms) assert.ok(roomTable[other], `${room} → ${other}`);
  }
  for (const room of Object.values(packageTable).flat()) assert.ok(roomTable[room], room);
  for (const path of entryFiles) assert.match(path, /^src\/\w+\/main\.ts$/);
});

test("every package of the table is a dependency, and every dependency is in the table", () => {
  const text = readTree(".").files.get("package.json") ?? "{}";
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
    string,
    Record<string, string>
  >;
  const all = { ...dependencies, ...devDependencies };
  for (const name of Object.keys(packageTable)) {
    assert.ok(all[name] ?? name.startsWith("node:"), name);
  }
  for (const name of Object.keys(dependencies)) assert.ok(packageTable[name], name);
});
