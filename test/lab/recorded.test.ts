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
import { measureText } from "#report/lab/lab-words.js";

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

const measuresOf = ({ scenarios }: LabReport) =>
  scenarios.flatMap(({ id, arms }) =>
    arms.flatMap((arm) =>
      Object.entries(arm.measures).map(([key, measure]) => ({
        name: `${id} ${arm.name} ${key}`,
        measure,
        text: measureText(measure),
      })),
    ),
  );
const measured = [recorded, inCluster].flatMap(measuresOf);

test("a count out of n is told with its n, a zero among them with what 3/n leaves possible", () => {
  let [zeros, others] = [0, 0];
  for (const { name, measure, text } of measured) {
    if (measure.kind !== "count") continue;
    const { value, n, upper95 } = measure;
    if (n === null) {
      assert.equal(upper95, null, name);
      continue;
    }
    assert.ok(Number.isInteger(n) && n >= 0, name);
    assert.ok(text.includes(` of ${n.toLocaleString("en-US")}`), `${name}: ${text}`);
    if (value === 0 && n > 0) {
      zeros += 1;
      assert.ok(Math.abs((upper95 ?? 0) - Math.min(1, 3 / n)) <= 0.005 * (3 / n), name);
      assert.match(text, /\(≤ .* % with 95 % confidence\)/, name);
    } else {
      others += 1;
      assert.equal(upper95, null, name);
    }
  }
  assert.ok(zeros > 50 && others > 50, `${zeros} zeros, ${others} others`);
});

test("times of many are told as median, 95th percentile and maximum, with their number", () => {
  let spreads = 0;
  for (const { name, measure, text } of measured) {
    if (measure.kind !== "spread") continue;
    const { n, p50, p95, max } = measure;
    assert.ok(n >= 1 && p50 <= p95 && p95 <= max, name);
    if (n === 1) assert.ok(p50 === max, name);
    assert.match(text, /^p50 .*, p95 .*, max .* \(n [\d,]+\)$/, name);
    spreads += 1;
  }
  assert.ok(spreads > 50, `${spreads}`);
});

/** Of these the code writes n by now; taken off when they are recorded again. */
const RECORDED_BEFORE: readonly string[] = [
  ...["L101 counted", "L101 uncounted", "L104 failures", "L104 errors", "L203 failures"],
  ...["L207 failures", "L207 contrary", "L304 contrary", "L304 late"],
  ...["L305 contrary", "L305 late", "L407 failures"],
];
/** Bounds and figures of a single pod: out of no number. */
const NO_SHARE: readonly string[] = ["L103 passes", "L202 asked", "L203 failures", "L304 most"];

test("no probes are counted as none without how many were asked", () => {
  // The API of a cluster tells of failed probes only.
  for (const { name, measure } of measuresOf(recorded)) {
    if (measure.kind !== "count" || measure.unit !== "probes" || measure.value !== 0) continue;
    const key = name.replace(/ .* /, " ");
    if (measure.n !== null || RECORDED_BEFORE.includes(key) || NO_SHARE.includes(key)) continue;
    assert.fail(`${name}: 0 without n`);
  }
});
