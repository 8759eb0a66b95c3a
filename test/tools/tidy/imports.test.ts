import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./findings.js";

const world = {
  "src/base/time.ts": "export const a = 1;\n",
  "src/model/pod.ts": 'import { a } from "#base/time.js";\nexport const b = a;\n',
  "src/config/policy.ts": "export const c = 1;\n",
  "src/ports/clock.ts": "export interface Clock {}\n",
  "src/edge/clock.ts": 'import { now } from "node:perf_hooks";\nexport const n = now;\n',
};

const importing = (path: string, line: string): string[] =>
  findings({ ...world, [path]: `${line}\nexport const own = 1;\n` });

test("imports that the table allows are silent", () => {
  for (const [path, line] of [
    ["src/generation/step.ts", 'import { c } from "#config/policy.js";'],
    ["src/generation/drive.ts", 'import type { Clock } from "#ports/clock.js";'],
    ["src/simulate/world.ts", 'import type { Clock } from "#ports/clock.js";'],
    ["src/cli/run.ts", 'import { n } from "#edge/clock.js";'],
    ["src/cli/program.ts", 'import { Command } from "commander";'],
    ["src/edge/http/serve.ts", 'import { n } from "#edge/clock.js";'],
    ["src/cli/run.ts", 'import { parseArgs } from "node:util";'],
    ["src/cli/main.ts", 'import { argv } from "node:process";'],
    ["src/edge/listeners/bind.ts", 'import koffi from "koffi";'],
    ["test/step.test.ts", 'import { n } from "#edge/clock.js";'],
  ] as const) {
    assert.deepEqual(importing(path, line), [], `${path}: ${line}`);
  }
});

test("an import against the table names what is allowed", () => {
  assert.deepEqual(importing("src/generation/step.ts", 'import { n } from "#edge/clock.js";'), [
    "src/generation/step.ts:1  imports: generation may not import edge: allowed are base, model, config, generation",
  ]);
  assert.deepEqual(importing("src/simulate/world.ts", 'import { n } from "#edge/clock.js";'), [
    "src/simulate/world.ts:1  imports: simulate may not import edge: allowed are base, model, generation, kubelet, ports, config, simulate",
  ]);
  assert.deepEqual(importing("src/base/text.ts", 'export { b } from "#model/pod.js";'), [
    "src/base/text.ts:1  imports: base may not import model: allowed are base",
  ]);
});

test("every form of import is seen", () => {
  const message = "imports: config may not import edge: allowed are base, model, config";
  for (const line of [
    'import type { n } from "#edge/clock.js";',
    'import "#edge/clock.js";',
    'export * from "#edge/clock.js";',
    'export const lazily = () => import("#edge/clock.js");',
    'export type N = import("#edge/clock.js").N;',
    'export const r = /["`]/; import { n } from "#edge/clock.js"; export const s = "`";',
  ]) {
    assert.deepEqual(importing("src/config/x.ts", line), [`src/config/x.ts:1  ${message}`], line);
  }
  assert.deepEqual(importing("src/config/x.ts", '// import { n } from "#edge/clock.js";'), []);
  assert.deepEqual(importing("src/config/x.ts", `export const s = 'import "#edge/clock.js"';`), []);
});

test("ports only in drive.ts", () => {
  assert.deepEqual(
    importing("src/generation/step.ts", 'import type { Clock } from "#ports/clock.js";'),
    [
      "src/generation/step.ts:1  imports: generation may not import ports: only src/generation/drive.ts may",
    ],
  );
});

test("node and packages have their rooms", () => {
  const of = (path: string, target: string) => importing(path, `import * as x from "${target}";`);
  assert.deepEqual(of("src/config/load.ts", "node:fs"), [
    "src/config/load.ts:1  imports: config may not import node:fs: effects belong in edge, behind a port of src/ports",
  ]);
  assert.deepEqual(of("src/cli/run.ts", "koffi"), [
    "src/cli/run.ts:1  imports: cli may not import koffi: allowed in edge",
  ]);
  assert.deepEqual(of("src/edge/load.ts", "@scope/thing/part"), [
    "src/edge/load.ts:1  imports: @scope/thing is not in the package table of tools/tidy/room-table.ts",
  ]);
});

test("paths: no climbing, no detour, nothing missing", () => {
  const of = (path: string, target: string) => importing(path, `import * as x from "${target}";`);
  assert.deepEqual(of("src/edge/http/serve.ts", "../clock.js"), [
    'src/edge/http/serve.ts:1  imports: "../clock.js" climbs: write "#room/file.js" (in src/), "#tools/…" or "#test/…"',
  ]);
  assert.deepEqual(of("src/config/load.ts", "#config/policy.js"), [
    'src/config/load.ts:1  imports: "#config/policy.js" is in the same folder: write it with "./"',
  ]);
  assert.deepEqual(of("src/config/load.ts", "./gone.js"), [
    'src/config/load.ts:1  imports: "./gone.js" does not exist',
  ]);
  assert.deepEqual(of("test/x.test.ts", "#config/gone.js"), [
    'test/x.test.ts:1  imports: "#config/gone.js" does not exist',
  ]);
  assert.deepEqual(of("src/config/load.ts", "#test/x.js"), [
    "src/config/load.ts:1  imports: src/ may not import test/: move what is shared into a room",
  ]);
});

test("a room without a line in the table is refused", () => {
  assert.deepEqual(importing("src/attic/x.ts", 'import { a } from "#base/time.js";'), [
    "src/attic/x.ts:1  imports: src/attic is no room: give it its line in tools/tidy/room-table.ts first",
  ]);
});
