/** The recorded run that the pages tell of. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { labIndex, scenarioPage } from "#cli/lab/scenario-page.js";
import { SCENARIOS } from "#lab/catalogue.js";
import type { LabReport } from "#model/lab/lab-report.js";

const recorded = JSON.parse(readFileSync("docs/lab/recorded.json", "utf8")) as LabReport;

test("it is valid by the schema, and names no path of the machine it ran on", () => {
  const schema = JSON.parse(readFileSync("schema/hotpod.lab.schema.json", "utf8"));
  const validate = new Ajv2020.Ajv2020({ allowUnionTypes: true }).compile(schema);
  assert.ok(validate(recorded), JSON.stringify(validate.errors));
  assert.doesNotMatch(JSON.stringify(recorded), /hotpod-lab-|\/root\/|\/home\//);
});

test("what was recorded came out as predicted, with nine of ten arms run", () => {
  const known = new Set(SCENARIOS.map(({ id }) => id));
  for (const { id, prediction } of recorded.scenarios) {
    assert.equal(prediction, "as-predicted", id);
    assert.ok(known.has(id), `${id} is no scenario`);
  }
  const arms = recorded.scenarios.flatMap((result) => result.arms);
  const ran = arms.filter(({ status }) => status === "run");
  assert.ok(ran.length >= arms.length * 0.9, `${ran.length} of ${arms.length}`);
});

test("every scenario has its page, and no page is left of one that is gone", () => {
  const pages = readdirSync("docs/lab").filter((name) => /^L\d+\.md$/.test(name));
  assert.deepEqual(
    pages,
    SCENARIOS.map(({ id }) => `${id}.md`),
  );
  const index = labIndex(SCENARIOS, recorded);
  for (const { id, rules } of SCENARIOS) {
    assert.ok(index.includes(`(${id}.md)`), id);
    for (const rule of rules) assert.ok(existsSync(`docs/rules/${rule}.md`), rule);
  }
});

test("a page tells claim, verdict, predictions and how to see it by hand", () => {
  const [scenario] = SCENARIOS;
  assert.ok(scenario !== undefined);
  const page = scenarioPage(scenario, recorded);
  for (const part of [scenario.claim, "## What is predicted", "## By hand", "`enoent = 0`"]) {
    assert.ok(page.includes(part), part);
  }
});
