/** A report of pods in a cluster, in all its forms. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import type { ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { judgeArm, judgeScenario } from "#lab/judge/judge.js";
import { equals, predict } from "#lab/judge/prediction.js";
import type { ArmResult, LabReport } from "#model/lab/lab-report.js";
import { compareReports } from "#report/lab/compare-reports.js";
import { labHtml } from "#report/lab/lab-html.js";
import { labJson } from "#report/lab/lab-json.js";
import { labMarkdown } from "#report/lab/lab-markdown.js";
import { labText } from "#report/lab/lab-text.js";
import { PLAIN_STYLE } from "#report/text/text-style.js";
import { failed, sampleScenario, taken } from "#test/lab/sample-scenario.js";
import { sampleReport } from "./sample-report.js";

const pods: ClusterScenario = {
  ...{ id: "L199", measures: sampleScenario.measures, arms: [] },
  verdicts: [{ verdict: "refuted", when: [predict("pod-old.failed", equals(2), "two only")] }],
  headline: { measure: "pod-old.failed", about: "failed in the pod" },
};

const podArm: ArmResult = judgeArm(
  { predictions: [predict("failed", equals(2), "so it is")] },
  {
    ...taken("old", { measures: failed(2) }),
    ...{ name: "pod-old", side: "cluster", label: "a real pod" },
    beside: [
      { what: "kill 1, after start 1", model: { from: 24.4, to: 35 }, real: [28, 27], ok: true },
      { what: "start 2, after end 1", model: { from: 0, to: 0 }, real: [], ok: false },
      { what: "kill 2, after start 2", model: null, real: [7], ok: false },
    ],
  },
);

function clusterReport(arms: readonly ArmResult[] = [podArm]): LabReport {
  const { run } = sampleReport();
  const node = { kubelet: "v1.36.3", runtime: "containerd://2.2.9", kernel: "6.18" };
  const cluster = { context: "kind", namespace: "hotpod-lab-1", image: "tools:1" };
  return {
    schema: "hotpod.lab/v1",
    run: { ...run, cluster: { ...cluster, server: "v1.36.3", node } },
    scenarios: [judgeScenario(sampleScenario, arms, { elapsedMs: 10, pods })],
  };
}

test("pods decide where nothing else has run, and their figure is the headline", () => {
  const [result] = clusterReport().scenarios;
  assert.equal(result?.verdict, "refuted");
  assert.deepEqual(result?.headline, { before: "2", after: "–", about: "failed in the pod" });
});

test("where processes of the lab have run, they decide", () => {
  const [old, fresh] = sampleReport().scenarios[0]?.arms ?? [];
  assert.ok(old !== undefined && fresh !== undefined);
  const [result] = clusterReport([old, fresh, podArm]).scenarios;
  assert.equal(result?.verdict, "confirmed");
  assert.deepEqual(result?.headline, { before: "12", after: "0", about: "failed requests" });
});

test("it is valid by the schema, as is one from before there were clusters", () => {
  const schema = JSON.parse(readFileSync("schema/hotpod.lab.schema.json", "utf8"));
  const validate = new Ajv2020.default({ strict: true, allErrors: true }).compile(schema);
  assert.ok(validate(JSON.parse(labJson(clusterReport()))), JSON.stringify(validate.errors));
  assert.ok(validate(JSON.parse(labJson(sampleReport()))));
});

test("compare reads an older report beside one with pods", () => {
  const older = { ...sampleReport(), scenarios: sampleReport().scenarios.slice(0, 1) };
  const changes = compareReports(older, clusterReport());
  assert.deepEqual(changes, ["L199: confirmed → refuted"]);
});

test("every form tells the model's range, what the pods did, and where", () => {
  const report = clusterReport();
  const forms = [
    labText(report, 100, PLAIN_STYLE),
    labMarkdown(report, () => null),
    labHtml(report, () => null),
  ];
  for (const text of forms) {
    for (const part of ["a real pod", "24.4–35.0 s", "28, 27 s", "✓", "✗", "never"]) {
      assert.ok(text.includes(part), `${part} is not in ${text.slice(0, 40)}`);
    }
  }
  for (const text of forms.slice(1)) {
    assert.match(text, /Kubernetes v1\.36\.3, kubelet v1\.36\.3, containerd:\/\/2\.2\.9/);
  }
});

test("pods are not said to have run at a scale", () => {
  const timed = { ...sampleScenario, timed: true };
  const only = judgeScenario(timed, [podArm], { elapsedMs: 10, pods });
  const report = { ...clusterReport(), scenarios: [only] };
  assert.doesNotMatch(labText(report, 100, PLAIN_STYLE), /ran at scale/);
});
