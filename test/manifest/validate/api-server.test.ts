import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readStructTable } from "#manifest/fields/struct-table.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { kubeObjects } from "#manifest/workload/kube-object.js";
import { refusalText } from "#manifest/workload/object-problem.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import { workloadKind } from "#manifest/workload/workload-kind.js";

const FOLDER = "test/manifest/validate/fixtures";
/** What a real API server of Kubernetes 1.36 said: test/node/api-server/record-messages.mjs. */
const said = JSON.parse(readFileSync(`${FOLDER}/messages.json`, "utf8")) as Record<
  string,
  string[]
>;
const table = readStructTable();

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"))) {
  describe(file, () => {
    const { documents } = readDocuments(readFileSync(`${FOLDER}/${file}`, "utf8"), file);
    for (const object of kubeObjects(documents).objects) {
      const name = /^# (.*)$/m.exec(object.document.text)?.[1] ?? "";
      test(name, () => {
        const kind = workloadKind(object);
        assert.ok(kind !== null);
        const { problems, workload } = readWorkload(object, kind, {
          minor: 36,
          table,
          unknownFields: "refuse",
        });
        const expected = said[name] ?? [];
        assert.deepEqual(linesOf(refusalText(object, problems)), [...expected].sort());
        assert.equal(workload === null, expected.length > 0);
      });
    }
  });
}

/** Two maps of Go have no order, so the lines are compared without one; kubectl itself decodes metadata. */
function linesOf(text: string): string[] {
  const [, list = text] = /^The \w+ "[^"]*" is invalid: (.*)$/s.exec(text) ?? [];
  const lines = list.startsWith("\n* ") ? list.slice(3).split("\n* ") : list === "" ? [] : [list];
  return lines.map((line) => line.replace(/^.*: (json: .* ObjectMeta\.)/, "$1")).sort();
}
