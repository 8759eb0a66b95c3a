import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCheckOptions } from "#cli/check/check-options.js";
import { planFixes } from "#cli/check/fix-files.js";
import { projectOf } from "#cli/check/load-project.js";
import { jsonItems } from "#manifest/text/json-items.js";
import { positionOf } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { RULES } from "#rules/catalogue.js";

const item = fc.dictionary(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.oneof(
    fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "a", "\n", ","), maxLength: 9 }),
    fc.jsonValue(),
  ),
);

test("every item of a list is a document of its own, where it stands in the file", () => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 6 }),
      (items, indent) => {
        const text = JSON.stringify({ apiVersion: "v1", items, kind: "List" }, null, indent);
        const { documents } = readDocuments(text, "list.json");
        assert.equal(documents.length, items.length);
        const lines = text.split("\n");
        for (const [index, document] of documents.entries()) {
          assert.deepEqual(document.value, JSON.parse(JSON.stringify(items[index])));
          assert.deepEqual(JSON.parse(document.text), document.value);
          const { start } = positionOf(document, []);
          assert.equal(start.line, document.linesBefore + 1);
          assert.ok(lines[document.linesBefore]?.startsWith(document.text.split("\n")[0] ?? "?"));
        }
      },
    ),
  );
});

test("what is written in another way is left whole", () => {
  const list = { apiVersion: "v1", kind: "List", items: [{ a: 1 }, { b: 2 }] };
  assert.equal(jsonItems(JSON.stringify(list)), null);
  assert.equal(jsonItems(JSON.stringify({ metadata: {}, ...list }, null, 2)), null);
  assert.equal(jsonItems('{\n"items": [\n{"a": 1}, {"b": 2}\n]}'), null);
  assert.deepEqual(jsonItems('{\n"items": []\n}'), []);
  assert.equal(jsonItems('{\n"items": [\n{"a": "'), null);
  const named = JSON.stringify({ kind: "Other", items: [{ a: 1 }] }, null, 2);
  assert.equal(readDocuments(named, "x.json").documents.length, 1);
});

test("a fix of one item leaves every other character of the list", () => {
  const pod = (name: string, failures: number) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      containers: [
        {
          name: "api",
          image: "api:1",
          livenessProbe: {
            httpGet: { path: "/", port: 80 },
            periodSeconds: 5,
            failureThreshold: failures,
          },
        },
      ],
    },
  });
  const listOf = (...failures: number[]): string =>
    `${JSON.stringify({ apiVersion: "v1", items: failures.map((each, i) => pod(`p${i}`, each)), kind: "List" }, null, 4)}\n`;
  const options = { ...readCheckOptions(["-"]), fix: "safe" as const };
  const rules = RULES.filter(({ id }) => id === "HP210");
  const loaded = projectOf(options, [{ kind: "manifest", file: "l.json", text: listOf(1, 5, 1) }]);
  assert.equal(planFixes(loaded, rules, options).files.get("l.json"), listOf(3, 5, 3));
});
