import assert from "node:assert/strict";
import { test } from "node:test";
import { expandVariables } from "#config/kinds/expand-variables.js";
import { annotationsOf, type PolicyFile, policyLayer } from "#config/layers/policy-layer.js";

const expand = expandVariables({});
const file = (name: string, text: string): PolicyFile => {
  return { name, path: `/p/${name}`, text, changedAtMs: 0 };
};
const layerOf = (...files: readonly PolicyFile[]) => policyLayer(files, expand);

test("one file a key, with the trailing line end that editors leave", () => {
  const { values, problems } = layerOf(
    ...[file("ready.timeout", "5s\n"), file("paused", "true"), file("watch", "a\nb\n")],
    ...[file("limits.memory", "512"), file("labels", 'app="shop"'), file("x-note", "free")],
  );
  assert.deepEqual(problems, []);
  const plain = [...values].map(([key, { value }]) => [key, value]);
  assert.deepEqual(plain, [
    ["ready.timeout", 5_000],
    ["paused", true],
    ["watch", ["a", "b"]],
  ]);
  assert.deepEqual(values.get("paused")?.origin, {
    kind: "policy",
    where: "/p/paused:1",
    changedAtMs: 0,
  });
});

test("annotations of the pod: hotpod.dev/KEY, quoted as Go does; those of check and push are left alone", () => {
  const text = [
    'app.example/team="a=b"',
    'hotpod.dev/linger="300ms"',
    'hotpod.dev/ignore.HP101="known"',
    'hotpod.dev/timing.build="5s"',
    'hotpod.dev/hot-path="/app"',
    'hotpod.dev/config-push="2026-11-28T07:00:00.000Z"',
    'hotpod.dev/ready.http="/healthz"',
  ].join("\n");
  const { values, problems } = layerOf(file("annotations", text));
  assert.deepEqual(problems, []);
  assert.deepEqual([...values.keys()], ["linger", "ready.http"]);
  assert.deepEqual(values.get("ready.http")?.origin, {
    kind: "policy",
    where: "/p/annotations:7",
    changedAtMs: 0,
  });
  assert.deepEqual(annotationsOf('a="\\"x\\"\\n\\tz\\\\ \\u00e9 \\x41"'), [
    { key: "a", value: '"x"\n\tz\\ é A', line: 1 },
  ]);
});

test("mistakes are named with file and line, and nothing is guessed", () => {
  const { problems } = layerOf(
    ...[file("ready.timout", "5s"), file("linger", "soon"), file("grace", "10s")],
    file("annotations", '\nhotpod.dev/grace="20s"\nhotpod.dev/lingr="1s"'),
  );
  assert.deepEqual(
    problems.map(({ code, where, hint }) => [code, where, hint]),
    [
      ["unknown-key", "/p/ready.timout:1", 'Did you mean "ready.timeout"?'],
      ["bad-value", "/p/linger:1", problems[1]?.hint],
      ["bad-value", "/p/annotations:2", "Remove one of them."],
      ["unknown-key", "/p/annotations:3", 'Did you mean "linger"?'],
    ],
  );
  assert.match(problems[1]?.what ?? "", /^linger: /);
});

test("an empty file is told as such where its setting needs a value; an empty list is a value", () => {
  const { values, problems } = layerOf(...[file("linger", "\n"), file("ignore", "")]);
  assert.deepEqual(
    problems.map(({ code, where, what }) => [code, where, what]),
    [["bad-value", "/p/linger:1", "linger: this is empty, not a duration"]],
  );
  assert.match(problems[0]?.hint ?? "", /remove it/);
  assert.deepEqual(values.get("ignore")?.value, []);
});

test("bytes that are no text are refused, where any text would do as well; tabs and line ends are text", () => {
  const { values, problems } = layerOf(
    ...[file("watch", "a\u0000b"), file("package", "\ufffd\ufffd"), file("ignore", "a\r\n\tb\n")],
  );
  assert.deepEqual(
    problems.map(({ where, what }) => [where, what]),
    [
      ["/p/watch:1", "watch: this is no text"],
      ["/p/package:1", "package: this is no text"],
    ],
  );
  assert.deepEqual(values.get("ignore")?.value, ["a", "b"]);
});
