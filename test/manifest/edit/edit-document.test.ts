import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dump } from "js-yaml";
import { changedValue, type FieldChange } from "#manifest/edit/changed-value.js";
import { editDocument } from "#manifest/edit/edit-document.js";
import type { JsonValue } from "#manifest/edit/yaml-text.js";
import { readDocuments } from "#manifest/text/read-documents.js";

function documentOf(text: string) {
  const [document] = readDocuments(text, "a.yaml").documents;
  assert.ok(document !== undefined);
  return document;
}

function edited(text: string, change: FieldChange): string {
  const result = editDocument(documentOf(text), change);
  return result.ok ? result.value : `refused: ${result.error.what}`;
}

const set = (path: (string | number)[], value: JsonValue): FieldChange => ({
  kind: "set",
  path,
  value,
});

test("a scalar is replaced where it stands, with its comment", () => {
  const text = "spec: # the spec\n  grace: 30 # seconds\n  name: 'a'\n";
  assert.equal(
    edited(text, set(["spec", "grace"], 60)),
    "spec: # the spec\n  grace: 60 # seconds\n  name: 'a'\n",
  );
  assert.equal(
    edited("a: {b: 1, c: x} # no\n", set(["a", "b"], "on")),
    'a: {b: "on", c: x} # no\n',
  );
});

test("a missing key comes behind the last one of its map, in the map's own style", () => {
  const text = [
    "containers:",
    "- name: api",
    "  livenessProbe:",
    "    period: 5 # s",
    "  # about the image",
    "  image: a",
    "- name: b",
    "",
  ].join("\n");
  assert.equal(
    edited(text, set(["containers", 0, "startupProbe"], { httpGet: { port: "http" }, f: [1, {}] })),
    text.replace(
      "  image: a\n",
      "  image: a\n  startupProbe:\n    httpGet:\n      port: http\n    f:\n      - 1\n      - {}\n",
    ),
  );
  assert.equal(
    edited(text, set(["containers", 0, "livenessProbe", "failureThreshold"], 3)),
    text.replace("period: 5 # s\n", "period: 5 # s\n    failureThreshold: 3\n"),
  );
  assert.equal(edited("a: {b: {c: 1}}\n", set(["a", "d", "e"], 2)), "a: {b: {c: 1}, d: {e: 2}}\n");
});

test("empty places are filled", () => {
  assert.equal(edited("a:\nb: 1\n", set(["a", "c"], 2)), "a: {c: 2}\nb: 1\n");
  assert.equal(edited("a: {}\n", set(["a", "c"], 2)), "a: {c: 2}\n");
  assert.equal(edited("a: ~\n", set(["a"], 2)), "a: 2\n");
  assert.equal(edited("a: 1", set(["b"], 2)), "a: 1\nb: 2");
});

test("items are appended with the dashes where the others have theirs", () => {
  const append = (path: string[], value: JsonValue): FieldChange => ({
    kind: "append",
    path,
    value,
  });
  assert.equal(
    edited("v:\n- name: a\nw: 1\n", append(["v"], { name: "b", emptyDir: {} })),
    "v:\n- name: a\n- name: b\n  emptyDir: {}\nw: 1\n",
  );
  assert.equal(edited("v:\n    - a\n", append(["v"], "b")), "v:\n    - a\n    - b\n");
  assert.equal(edited("v: [a]\n", append(["v"], "b")), "v: [a, b]\n");
  assert.equal(edited("v: []\n", append(["v"], "b")), "v: [b]\n");
  assert.equal(edited("w: 1\n", append(["v"], "b")), "w: 1\nv:\n  - b\n");
});

test("a block gives way to another one, unless comments would go with it", () => {
  const text = "c:\n  - sh\n  - -c\nd: 1\n";
  assert.equal(
    edited(text, set(["c"], ["timeout", "9", "sh"])),
    'c:\n  - timeout\n  - "9"\n  - sh\nd: 1\n',
  );
  assert.match(edited(text.replace("sh", "sh # why"), set(["c"], ["a"])), /^refused: comments/);
});

test("an entry is removed with its lines", () => {
  const remove = (...path: (string | number)[]): FieldChange => ({ kind: "remove", path });
  assert.equal(edited("a: 1\nb: # x\n  c: 2\nd: 3\n", remove("b")), "a: 1\nd: 3\n");
  assert.equal(edited("a: {b: 1, c: 2}\n", remove("a", "c")), "a: {b: 1}\n");
  assert.equal(edited("a: {b: 1, c: 2}\n", remove("a", "b")), "a: {c: 2}\n");
  assert.equal(edited("a: {b: 1}\n", remove("a", "b")), "a: {}\n");
  assert.equal(edited("a:\n  b: 1 # x\nc: 2\n", remove("a", "b")), "a: {} # x\nc: 2\n");
  assert.equal(edited("a:\n- b\n- c: 1\n  d: 2\n- e\n", remove("a", 1)), "a:\n- b\n- e\n");
  assert.equal(edited("a: [b, c]\n", remove("a", 1)), "a: [b]\n");
  assert.equal(edited("a:\n  - b\n", remove("a", 0)), "a: []\n");
  assert.match(edited("a:\n  # x\n  b: 1\n", remove("a", "b")), /^refused: a comment/);
});

test("block scalars, Windows' line ends and JSON keep their shape", () => {
  assert.equal(
    edited("a:\n  s: |\n    text\n\nb: 1\n", set(["a", "c"], 2)),
    "a:\n  s: |\n    text\n\n  c: 2\nb: 1\n",
  );
  assert.equal(
    edited("a:\r\n  b: 1\r\nc: 2\r\n", set(["a", "d"], 3)),
    "a:\r\n  b: 1\r\n  d: 3\r\nc: 2\r\n",
  );
  const json = JSON.stringify({ a: { b: 1 }, c: [] }, null, 2);
  assert.equal(
    edited(json, set(["a", "d"], { e: 2 })),
    JSON.stringify({ a: { b: 1, d: { e: 2 } }, c: [] }, null, 2),
  );
});

test("text that belongs to others too is refused", () => {
  const alias = "x: &p {a: 1}\nz: *p\n";
  assert.match(edited(alias, set(["z", "a"], 2)), /^refused: z is an alias/);
  const merge = "x: &p {a: 1}\nz:\n  <<: *p\n  b: 2\n";
  assert.match(edited(merge, set(["z", "a"], 2)), /^refused: .*merge key/);
  assert.equal(edited(merge, set(["z", "b"], 3)), merge.replace("b: 2", "b: 3"));
});

test("what is so already stays to the character", () => {
  assert.equal(edited("a:   '1'   # x\n", set(["a"], "1")), "a:   '1'   # x\n");
});

const key = fc.constantFrom("a", "b", "name", "on", "1", "x y", "# no", "é");
const scalar = fc.oneof(
  fc.constantFrom("", "yes", "12", "a: b", "- x", "line\nline\n", " lead", "#", "null", "text"),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const top = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
const styles = [
  (tree: JsonValue) => dump(tree),
  (tree: JsonValue) => dump(tree, { flowLevel: 1 }),
  (tree: JsonValue) => dump(tree, { flowLevel: 2, seqNoIndent: true }),
  (tree: JsonValue) => JSON.stringify(tree),
  (tree: JsonValue) => JSON.stringify(tree, null, 2),
];
const change = fc.record({
  kind: fc.constantFrom("set", "append", "remove") as fc.Arbitrary<FieldChange["kind"]>,
  path: fc.array(fc.oneof(key, fc.nat({ max: 2 })), { minLength: 1, maxLength: 4 }),
  value,
}) as fc.Arbitrary<FieldChange>;

test("random changes of random texts say what was asked for, or are refused; twice is once", () => {
  let made = 0;
  fc.assert(
    fc.property(top, change, fc.nat({ max: styles.length - 1 }), (tree, wish, style) => {
      const document = documentOf(styles[style]?.(tree) ?? "");
      const result = editDocument(document, wish);
      if (!result.ok) return;
      made++;
      const after = documentOf(result.value);
      assert.deepEqual(after.value, changedValue(document.value, [wish]));
      // Another item has the place of one that is removed.
      if (wish.kind !== "set") return;
      assert.deepEqual(editDocument(after, wish), { ok: true, value: result.value });
    }),
    { numRuns: 3_000, seed: 7 },
  );
  assert.ok(made > 1_000, `${made} were made`);
});
