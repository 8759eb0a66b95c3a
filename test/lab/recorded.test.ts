/** The recorded run that the pages tell of. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { clusterPage } from "#cli/lab/cluster-page.js";
import { labIndex, scenarioPage } from "#cli/lab/scenario-page.js";
import { SCENARIOS } from "#lab/catalogue.js";
import { CLUSTER_SCENARIOS, podsOf } from "#lab/cluster/catalogue.js";
import type { LabReport } from "#model/lab/lab-report.js";

const read = (name: string): LabReport =>
  JSON.parse(readFileSync(`docs/lab/${name}.json`, "utf8")) as LabReport;
const recorded = read("recorded");
const inCluster = read("recorded-cluster");

test("both are valid by the schema, and name no path of the machine they ran on", () => {
  const schema = JSON.parse(readFileSync("schema/hotpod.lab.schema.json", "utf8"));
  const validate = new Ajv2020.Ajv2020({ allowUnionTypes: true }).compile(schema);
  for (const report of [recorded, inCluster]) {
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.doesNotMatch(JSON.stringify(report), /hotpod-lab-(?!0{8})|\/root\/|\/home\//);
  }
});

test("every scenario with pods was recorded in a cluster, as predicted, with all arms run", () => {
  assert.deepEqual(
    inCluster.scenarios.map(({ id, prediction }) => `${id} ${prediction}`),
    CLUSTER_SCENARIOS.map(({ id }) => `${id} as-predicted`),
  );
  for (const { id, arms } of inCluster.scenarios) {
    assert.deepEqual(
      arms.map(({ name, status }) => `${name} ${status}`),
      podsOf(id)?.arms.map(({ name }) => `${name} run`),
    );
  }
  const beside = inCluster.scenarios.flatMap(({ arms }) => arms.flatMap((arm) => arm.beside ?? []));
  assert.ok(beside.length > 30 && beside.every(({ ok }) => ok));
  assert.match(clusterPage(SCENARIOS, inCluster), /kubelet v1\.\d+/);
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
