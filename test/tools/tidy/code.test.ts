import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./findings.js";

const rules = (files: Record<string, string>): string[] =>
  findings(files).map((line) => line.replace(/: .*/, ""));

test("the world does not leak into the core", () => {
  const text = [
    "export const a = () => Date.now();",
    "export const b = () => Math.random();",
    "export const c = () => setTimeout(() => 1, 1);",
    "export const d = () => process.env.HOME;",
    "export const e = () => console.log(1);",
    "export const f = () => new Date();",
    "",
  ].join("\n");
  assert.deepEqual(findings({ "src/generation/step.ts": text }), [
    "src/generation/step.ts:1  ambient: Date is for edge and the entry file: time comes with the event, or from the Clock of src/ports/clock.ts",
    "src/generation/step.ts:2  ambient: Math.random is for edge and the entry file: use src/base/prng.ts with a seed",
    "src/generation/step.ts:3  ambient: setTimeout is for edge and the entry file: ask for a wake by the Clock of src/ports/clock.ts",
    "src/generation/step.ts:4  ambient: process is for edge and the entry file: take the value as an argument; src/cli/main.ts reads the process",
    "src/generation/step.ts:5  ambient: console is for edge and the entry file: announce a notice, or return the text: cli prints",
    "src/generation/step.ts:6  ambient: Date is for edge and the entry file: time comes with the event, or from the Clock of src/ports/clock.ts",
  ]);
  assert.deepEqual(findings({ "src/edge/clock.ts": text, "src/cli/main.ts": text }), []);
  assert.deepEqual(findings({ "test/a.test.ts": text }), []);
});

test("words that only look like the world are left alone", () => {
  const text = [
    "// Date.now() and process.exit() in a comment",
    'export const a = "Math.random()";',
    "export const b = { process: 1, Date: 2 };",
    "export const c = b.process + b.Date + Math.max(1, 2);",
    "export interface Commands { process(): void; setTimeout: number }",
    "export const d = (process: { pid: number }) => process.pid;",
    "",
  ].join("\n");
  assert.deepEqual(findings({ "src/model/words.ts": text }), []);
});

test("cli prints and exits, and reads the process only in its entry", () => {
  assert.deepEqual(rules({ "src/cli/run.ts": "export const a = () => process.exit(1);\n" }), []);
  assert.deepEqual(
    rules({ "src/cli/run.ts": "export const a = () => process.stdout.write('');\n" }),
    [],
  );
  assert.deepEqual(rules({ "src/cli/run.ts": "export const a = () => process.env;\n" }), [
    "src/cli/run.ts:1  ambient",
  ]);
});

test("default exports and barrels", () => {
  assert.deepEqual(
    findings({
      "src/model/a.ts": "export default function a(): void {}\n",
      "src/model/b.ts": "const b = 1;\nexport default b;\n",
      "src/model/c.ts": 'export * from "./d.js";\nexport { d as e } from "./d.js";\n',
      "src/model/d.ts": "const d = 1;\nexport { d };\n",
    }),
    [
      "src/model/a.ts:1  default-export: export it by its name instead",
      "src/model/b.ts:2  default-export: export it by its name instead",
      "src/model/c.ts  barrel: this file only re-exports: import from where the thing is",
    ],
  );
});

test("nothing is done and nothing is kept at import", () => {
  const text =
    "const m = new Map();\nm.set(1, 2);\nlet count = 0;\nexport const a = () => count++;\n";
  assert.deepEqual(findings({ "src/model/a.ts": text }), [
    "src/model/a.ts:2  import-work: no work at import: put it into a function that its user calls",
    "src/model/a.ts:3  singleton: no state of a module: return an object that holds it",
  ]);
  assert.deepEqual(rules({ "src/edge/a.ts": "export const a = await x();\n" }), [
    "src/edge/a.ts:1  import-work",
  ]);
  assert.deepEqual(rules({ "src/cli/main.ts": text, "tools/a.ts": text }), []);
});

test("classes live in edge/, errors anywhere", () => {
  const error = "export class Sad extends Error {}\n";
  assert.deepEqual(rules({ "src/edge/a.ts": "export class A {}\n", "src/base/e.ts": error }), []);
  assert.deepEqual(findings({ "src/model/a.ts": "export class A {}\n" }), [
    "src/model/a.ts:1  class: use functions and plain data outside edge/",
  ]);
});

const lines = (count: number, line = "// x"): string => `${line}\n`.repeat(count);

test("files: a warning above 200 lines, refused above 300", () => {
  assert.deepEqual(findings({ "src/model/a.ts": lines(200) }), []);
  assert.deepEqual(findings({ "src/model/a.ts": lines(201), "sdk/go/a.go": lines(300) }), [
    "sdk/go/a.go  warning file-lines: 300 lines, better below 200",
    "src/model/a.ts  warning file-lines: 201 lines, better below 200",
  ]);
  assert.deepEqual(findings({ "src/model/a.ts": lines(301) }), [
    "src/model/a.ts  file-lines: 301 lines, at most 300: it holds more than one thing",
  ]);
});

test("functions: at most 70 lines, groups of tests aside", () => {
  const body = (count: number): string => `{\n${lines(count - 2)}}`;
  assert.deepEqual(rules({ "src/model/a.ts": `export function a(): void ${body(70)}\n` }), []);
  assert.deepEqual(findings({ "src/model/a.ts": `export function a(): void ${body(71)}\n` }), [
    "src/model/a.ts:1  function-lines: 71 lines, at most 70: give its parts names",
  ]);
  assert.deepEqual(rules({ "src/model/a.ts": `export const a = () => ${body(71)};\n` }), [
    "src/model/a.ts:1  function-lines",
  ]);
  assert.deepEqual(rules({ "test/a.test.ts": `describe("a", () => ${body(90)});\n` }), []);
  assert.deepEqual(rules({ "test/a.test.ts": `test("a", () => ${body(90)});\n` }), [
    "test/a.test.ts:1  function-lines",
  ]);
});

test("folders: at most 15 files, catalogues aside", () => {
  const files = (folder: string, count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/f${i}.ts`, lines(1)]));
  assert.deepEqual(findings(files("src/model", 15)), []);
  assert.deepEqual(findings(files("src/model", 16)), [
    "src/model  folder-files: 16 files, at most 15: group them in folders",
  ]);
  assert.deepEqual(findings(files("src/rules", 40)), []);
});

test("names say what is inside", () => {
  assert.deepEqual(
    findings({
      "src/model/utils/text.ts": lines(1),
      "src/model/types.ts": lines(1),
      "src/model/podSpec.ts": lines(1),
      "src/model/pod-spec.ts": lines(1),
      "test/model/pod-spec.test.ts": lines(1),
    }),
    [
      "src/model/podSpec.ts  file-name: write file names in kebab-case, after their main export",
      "src/model/types.ts  vague-name: a drawer for everything: name it after what it holds",
      "src/model/utils  vague-name: a drawer for everything: name it after what it holds",
    ],
  );
});
