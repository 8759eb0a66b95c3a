import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./findings.js";

const world = { "src/base/time.ts": "export const a = 1;\n", "docs/run.md": "# Run\n" };

test("paths in documents exist", () => {
  const text = [
    "See `src/base/time.ts`, `src/base/`, `docs/run.md:1`, [run](docs/run.md#a) and `./src/base`.",
    "Not ours: `dist/hotpod.js`, `/etc/app`, `main.go`, [site](https://example.org/a), [here](#a).",
    "Patterns: `src/<room>/x.ts`, `docs/NNNN-a.md`, `src/*/main.ts`, `test --only NAME`.",
    "Gone: `src/base/gone.ts` and `node src/tool.mjs` and [gone](docs/gone.md) and `GONE.md`.",
    "```yaml",
    "path: src/user/file.ts",
    "```",
    "```sh",
    "node src/base/lost.mjs",
    "```",
    "",
  ].join("\n");
  assert.deepEqual(findings({ ...world, "README.md": text }), [
    "README.md:4  doc-path: src/base/gone.ts does not exist",
    "README.md:4  doc-path: src/tool.mjs does not exist",
    "README.md:4  doc-path: GONE.md does not exist",
    "README.md:4  doc-path: docs/gone.md does not exist",
    "README.md:9  doc-path: src/base/lost.mjs does not exist",
  ]);
});

test("links are read from the folder of their document", () => {
  const text = "[a](../src/base/time.ts) [b](run.md) [c](./run.md) [d](src/base/time.ts)\n";
  assert.deepEqual(findings({ ...world, "docs/more.md": text }), [
    "docs/more.md:1  doc-path: src/base/time.ts does not exist",
  ]);
});

test("the text stands alone", () => {
  const text = [
    "// fixes issue 12",
    "// see shared/notes.md",
    "// cd /work/main/src",
    "// https://registry.example.org/thing",
    "// one shared socket, an issue, @scope/shared/x, 127.0.0.1:9247/livez",
    "",
  ].join("\n");
  assert.deepEqual(findings({ "src/base/a.ts": text }), [
    'src/base/a.ts:1  wording: "issue 12": numbers of a tracker mean nothing in the source: say the reason itself',
    'src/base/a.ts:2  wording: "shared/n": names a folder outside the repository: say what it says',
    'src/base/a.ts:3  wording: "/work/main/": a path of one machine: make it relative, or a variable',
    'src/base/a.ts:4  wording: "registry.example.org": the host of a registry is the machine\'s own setting: leave it out',
  ]);
  assert.deepEqual(findings({ "tools/tidy/checks/wording.ts": text }), []);
});

test("every error for users is documented under its code", () => {
  const error = 'export const a = () => ({ code: "port-taken", message: "m", hint: "h" });\n';
  const finding =
    "src/base/a.ts:1  error-docs: port-taken has no entry in docs/troubleshooting.md: say what it means and what to do";
  assert.deepEqual(findings({ "src/base/a.ts": error }), [finding]);
  const entry = { "docs/troubleshooting.md": "`port-taken`: end it\n" };
  assert.deepEqual(findings({ ...entry, "src/base/a.ts": error }), []);
  const exit = 'export const b = { kind: "code", code: 3 };\n';
  assert.deepEqual(findings({ "src/base/b.ts": exit, "test/a.test.ts": error }), []);
});
