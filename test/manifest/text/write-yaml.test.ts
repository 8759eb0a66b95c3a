import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDocuments } from "#manifest/text/read-documents.js";
import { writeYaml } from "#manifest/text/write-yaml.js";

test("what is written is read back as the same, also by YAML 1.1", () => {
  const texts = fc.oneof(
    fc.constantFrom(
      "yes",
      "off",
      "y",
      "0777",
      "1e3",
      "12:30",
      "null",
      "~",
      "2026-01-31",
      "1_000",
      ".5",
      "<<",
    ),
    fc.string(),
  );
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      texts,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "name"), tie("node"), { maxKeys: 3 }),
    ),
  })).node;
  const wrap = value.map((inner) => ({ spec: inner }));
  fc.assert(
    fc.property(wrap, (given) => {
      const { documents, problems } = readDocuments(writeYaml(given), "a.yaml");
      assert.deepEqual(problems, []);
      assert.deepEqual(documents[0]?.value, JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 500 },
  );
});

test("a patch reads as people write it", () => {
  const patch = {
    spec: {
      template: { spec: { containers: [{ name: "api", livenessProbe: { periodSeconds: 9 } }] } },
    },
  };
  assert.equal(
    writeYaml(patch),
    "spec:\n  template:\n    spec:\n      containers:\n        - name: api\n          livenessProbe:\n            periodSeconds: 9\n",
  );
});
