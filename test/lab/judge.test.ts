import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeArm, judgeScenario } from "#lab/judge/judge.js";
import { equals, predict } from "#lab/judge/prediction.js";
import type { Arm } from "#lab/scenario.js";
import type { ScenarioResult } from "#model/lab/lab-report.js";
import { failed, sampleScenario, taken } from "./sample-scenario.js";

const [old, fresh] = sampleScenario.arms as readonly [Arm, Arm];

function judged(before: number | "broke", after: number | "skipped"): ScenarioResult {
  const first =
    before === "broke"
      ? taken("old", { status: "failed", reason: "no port" })
      : taken("old", { measures: failed(before) });
  const second =
    after === "skipped"
      ? taken("new", { status: "skipped", reason: "go is missing: install it" })
      : taken("new", { measures: failed(after) });
  const arms = [judgeArm(old, first), judgeArm(fresh, second)];
  return judgeScenario(sampleScenario, arms, { elapsedMs: 10 });
}

test("the first rule that holds is the verdict", () => {
  assert.equal(judged(20, 0).verdict, "confirmed");
  assert.equal(judged(3, 0).verdict, "confirmed-with-correction");
  assert.equal(judged(0, 0).verdict, "refuted");
});

test("the correction is said where something is otherwise than claimed, and only there", () => {
  assert.equal(judged(20, 0).correction, null);
  assert.equal(judged(3, 0).correction, "Only some do.");
  assert.equal(judged(0, 0).correction, "Only some do.");
});

test("verdict and prediction are two questions", () => {
  const refuted = judged(0, 0);
  assert.equal(refuted.prediction, "unexpected");
  assert.equal(judged(3, 0).prediction, "as-predicted");
  assert.equal(judged(3, 1).prediction, "unexpected");
});

test("a prediction across arms counts where both ran", () => {
  assert.equal(judged(3, 4).assertions[0]?.ok, false);
  assert.deepEqual(judged(3, "skipped").assertions, []);
});

test("a skipped arm does not spoil the others", () => {
  const result = judged(3, "skipped");
  assert.equal(result.status, "run");
  assert.equal(result.prediction, "as-predicted");
  assert.deepEqual(result.headline, { before: "3", after: "–", about: "failed requests" });
});

test("an arm that broke off is unexpected, says why, and decides nothing", () => {
  const result = judged("broke", 0);
  assert.equal(result.prediction, "unexpected");
  assert.equal(result.verdict, "inconclusive");
  assert.equal(result.arms[0]?.assertions[0]?.actual, "no port");
});

test("nothing run: skipped, with the reason", () => {
  const arm = judgeArm(fresh, taken("new", { status: "skipped", reason: "go is missing" }));
  const result = judgeScenario(sampleScenario, [arm], { elapsedMs: 0 });
  assert.equal(result.status, "skipped");
  assert.equal(result.verdict, "skipped");
  assert.equal(result.prediction, "not-run");
  assert.equal(result.reason, "go is missing");
});

test("under dockershim its own predictions take the place of the others, where an arm has some", () => {
  const counted = [predict("failed", equals(9), "it counts there")];
  const arm = { ...fresh, underDockershim: counted };
  const measured = taken("new", { measures: failed(9) });
  const exprs = (cri: "containerd" | "crio" | "dockershim", of: Arm = arm) =>
    judgeArm(of, measured, cri).assertions.map(({ expr, ok }) => `${expr} ${ok}`);
  assert.deepEqual(exprs("dockershim"), ["failed = 9 true"]);
  assert.deepEqual(exprs("crio"), exprs("containerd"));
  assert.notDeepEqual(exprs("crio"), exprs("dockershim"));
  assert.deepEqual(exprs("dockershim", fresh), exprs("containerd", fresh));
});
