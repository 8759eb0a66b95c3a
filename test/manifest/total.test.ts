import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { pathSteps } from "#manifest/fields/field-path.js";
import { readStructTable } from "#manifest/fields/struct-table.js";
import { positionOf } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { kubeObjects } from "#manifest/workload/kube-object.js";
import { refusalText } from "#manifest/workload/object-problem.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import { workloadKind } from "#manifest/workload/workload-kind.js";

const table = readStructTable();
const good = readFileSync("test/manifest/workload/fixtures/workloads.yaml", "utf8");

/** Whatever it is made of: read, refused with a place, never an exception. */
function readAll(text: string): void {
  const { documents } = readDocuments(text, "a.yaml");
  for (const object of kubeObjects(documents).objects) {
    const kind = workloadKind(object);
    if (kind === null) continue;
    const { workload, problems } = readWorkload(object, kind, {
      ...{ minor: 36, table, unknownFields: "refuse" },
    });
    assert.equal(workload === null, refusalText(object, problems) !== "");
    for (const { path } of problems) {
      const { start } = positionOf(object.document, [...pathSteps(object.at), ...pathSteps(path)]);
      assert.ok(start.line >= 1 && start.column >= 1);
    }
  }
}

test("any text is read or told what is wrong with it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab:{}[]-&*<|>!\"'#%@\n\t ,0?~.") }), readAll),
    { numRuns: 1_500 },
  );
});

test("a good manifest with a piece replaced by anything is read or refused", () => {
  const junk = fc.oneof(
    fc.constantFrom(
      "null",
      "[]",
      "{}",
      "-1",
      "1.5",
      "true",
      '""',
      "99999999999",
      "[null]",
      "x y",
      "0",
    ),
    fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  );
  const places = [...good.matchAll(/: ([\w."]+)(?=[,}\n\]])/g)].map(({ index, 1: value = "" }) => ({
    from: index + 2,
    to: index + 2 + value.length,
  }));
  fc.assert(
    fc.property(fc.constantFrom(...places), junk, ({ from, to }, text) =>
      readAll(good.slice(0, from) + text + good.slice(to)),
    ),
    { numRuns: 1_500 },
  );
});
