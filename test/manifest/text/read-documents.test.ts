import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { positionOf } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { placeText } from "#manifest/text/source-document.js";

const values = (text: string): unknown[] =>
  readDocuments(text, "a.yaml").documents.map(({ value }) => value);
const problems = (text: string): string[] =>
  readDocuments(text, "a.yaml").problems.map(
    ({ kind, place, what }) => `${kind} ${placeText(place)} ${what}`,
  );

describe("readDocuments", () => {
  test("reads scalars as kubectl does, not as YAML 1.2 does", () => {
    const text = [
      "{a: yes, b: off, c: 0777, d: 0o17, e: 0x1F, f: 12:30, g: 1e3, h: 08, i: 1_000, j: .5,",
      "k: 2026-01-31, l: ~, m: -0b11, w: 'yes', o: +5, p: .inf, q: null, 1: one, yes: t, r: on call}",
    ];
    assert.deepEqual(values(text.join("\n")), [
      {
        ...{ a: true, b: false, c: 511, d: 15, e: 31, f: "12:30", g: 1000, h: 8, i: 1000, j: 0.5 },
        ...{ k: "2026-01-31", l: null, m: -3, w: "yes", o: 5, p: ".inf", q: null, 1: "one" },
        ...{ true: "t", r: "on call" },
      },
    ]);
  });

  test("a broken document does not hide the others, and is told by line and column", () => {
    const text = "a: 1\n---\nb: [1\nc: 2\n---\n# nothing\n--- # third\nd: 4\n";
    assert.deepEqual(values(text), [{ a: 1 }, { d: 4 }]);
    assert.deepEqual(problems(text), ["syntax a.yaml:4:1 deficient indentation"]);
  });

  test("a key that stands twice is an error at the second", () => {
    assert.deepEqual(problems("a: 1\n---\nb: 1\nb: 2\n"), [
      "duplicate-key a.yaml:4:1 duplicated mapping key",
    ]);
  });

  test("anchors and merge keys are resolved, a key of one's own wins", () => {
    const text = "base: &x {a: 1, b: 2}\nown: {<<: *x, b: 3}\nlist: [*x]\n";
    assert.deepEqual(values(text), [
      { base: { a: 1, b: 2 }, own: { a: 1, b: 3 }, list: [{ a: 1, b: 2 }] },
    ]);
  });

  test("aliases that explode or contain themselves are refused", () => {
    const lines = Array.from({ length: 9 }, (_, i) => {
      const items = Array.from({ length: 9 }, () => (i === 0 ? "lol" : `*a${i - 1}`));
      return `a${i}: &a${i} [${items.join(", ")}]`;
    });
    const what = "aliases a.yaml:1:1 its aliases write out to more than 2,000,000 values";
    assert.deepEqual(problems(lines.join("\n")), [what]);
    assert.deepEqual(problems("a: &x [*x]\n"), [what]);
  });

  test("nesting and size are bounded", () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    assert.deepEqual(problems(`a: ${deep}`), [
      "too-deep a.yaml:1:203 nesting exceeded maxDepth (200)",
    ]);
    assert.deepEqual(problems(" ".repeat(130 * 2 ** 20)), [
      "too-large a.yaml:1:1 130 MB of text, at most 128 are read",
    ]);
  });

  test("templates are recognised where they stand for structure or values, not in other strings", () => {
    const found = "a template that is not rendered";
    assert.deepEqual(problems("a: b\nreplicas: {{ .Values.replicas }}\n"), [
      `template a.yaml:2:11 ${found}`,
    ]);
    assert.deepEqual(problems('image: "{{ .Values.image }}"\n'), [`template a.yaml:1:9 ${found}`]);
    assert.deepEqual(problems("{{- if .x }}\na: 1\n{{- end }}\n"), [
      `template a.yaml:1:1 ${found}`,
    ]);
    const free = [
      'summary: "{{ $labels.pod }} is down"',
      "script: |\n  {{ if .Values.x }}\n  more\nb: 1 # {{ .Values.x }}",
      'url: "{{inputs.parameters.url}}"',
    ];
    for (const text of free) assert.deepEqual(problems(`${text}\n`), [], text);
  });

  test("JSON, a byte order mark, an empty file", () => {
    assert.deepEqual(values('\uFEFF{"a": [1, "yes"]}'), [{ a: [1, "yes"] }]);
    assert.deepEqual(problems('{"a": 1,\n "b" 2}'), [
      "syntax a.yaml:2:6 missed comma between flow collection entries",
    ]);
    assert.deepEqual(values("# only a comment\n\n---\n"), []);
  });
});

describe("positionOf", () => {
  const text = "a: 1\n---\nspec:\n  list:\n    - name: x\n      port: '80'\n  <<: &m {k: 5}\n";
  const [, document] = readDocuments(text, "a.yaml").documents;
  const position = (...path: (string | number)[]): string => {
    assert.ok(document !== undefined);
    const { start, end, found } = positionOf(document, path);
    return `${start.line}:${start.column}-${end.line}:${end.column} ${found}`;
  };

  test("of values, containers, merged keys, and what is not there", () => {
    assert.equal(position("spec", "list", 0, "name"), "5:13-5:14 4");
    assert.equal(position("spec", "list", 0, "port"), "6:13-6:17 4");
    assert.equal(position("spec", "list"), "4:3-4:7 2");
    assert.equal(position("spec", "k"), "7:14-7:15 2");
    assert.equal(position("spec", "list", 0, "absent", "deeper"), "5:7-5:8 3");
    assert.equal(position("spec", "list", 7), "4:3-4:7 2");
    assert.equal(position(), "3:1-3:2 0");
  });
});
