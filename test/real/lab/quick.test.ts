/** The quick set with real processes: everything as predicted, and nothing left. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import type { LabReport } from "#model/lab/lab-report.js";
import { unexpected } from "#report/lab/lab-words.js";
import { assertNothingLeft, startLab } from "./lab-process.js";

test("hotpod lab --quick: as predicted, valid by its schema, and gone without a trace", {
  timeout: 400_000,
}, async (context) => {
  const lab = await startLab(context, ["--quick", "--format", "json,table", "--out", "report"]);
  const code = await lab.child.finished;
  const said = lab.all.items.join("\n");
  const report = JSON.parse(readFileSync(join(lab.cwd, "report", "lab.json"), "utf8")) as LabReport;
  assert.deepEqual(report.scenarios.flatMap(unexpected), [], said);
  assert.equal(code, 0, said);
  const schema = JSON.parse(readFileSync("schema/hotpod.lab.schema.json", "utf8"));
  const validate = new Ajv2020.default({ strict: true, allErrors: true }).compile(schema);
  assert.ok(validate(report), JSON.stringify(validate.errors));
  for (const { arms, id } of report.scenarios) {
    for (const arm of arms) {
      if (arm.status === "run") assert.notDeepEqual(arm.measures, {}, `${id} ${arm.name}`);
    }
  }
  assertNothingLeft(lab);
});
