/** No prediction is empty: of the recorded run, each is made false by another figure, and the judge says so. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SCENARIOS } from "#lab/catalogue.js";
import { podsOf } from "#lab/cluster/catalogue.js";
import { judgeArm, judgeScenario } from "#lab/judge/judge.js";
import { exprOf, figureOf, type Operand, type Prediction } from "#lab/judge/prediction.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { ArmResult, LabReport, Measure, ScenarioResult } from "#model/lab/lab-report.js";

function recorded(name: string, { id }: Scenario): ScenarioResult | undefined {
  const { scenarios } = JSON.parse(readFileSync(`docs/lab/${name}.json`, "utf8")) as LabReport;
  return scenarios.find((one) => one.id === id);
}

function assertCanFail(
  scenario: Scenario,
  result: ScenarioResult | undefined,
  arm: Pick<Arm, "name" | "predictions"> & Partial<Pick<Arm, "needs">>,
): void {
  assert.ok(result !== undefined);
  const taken: ArmResult | undefined = result.arms.find(({ name }) => name === arm.name);
  const isOptional = (arm.needs ?? []).length > 0 && taken?.status !== "failed";
  if (isOptional && taken?.status !== "run") return;
  assert.ok(taken?.status === "run", arm.name);
  for (const prediction of arm.predictions) {
    const what = `${arm.name}: ${exprOf(prediction)}`;
    const judged = judgeArm(arm, { ...taken, measures: contrary(prediction, taken.measures) });
    assert.ok(
      judged.assertions.some(({ ok }) => !ok),
      what,
    );
    const arms: ArmResult[] = result.arms.map(
      (one): ArmResult => (one.name === arm.name ? judged : one),
    );
    assert.equal(judgeScenario(scenario, arms, { elapsedMs: 0 }).prediction, "unexpected", what);
  }
}

for (const scenario of SCENARIOS) {
  const result = recorded("recorded", scenario);
  const skip = result === undefined && "not recorded yet";

  test(`${scenario.id}: every prediction can fail, and then the scenario is unexpected`, {
    skip,
  }, () => {
    assert.ok(result !== undefined);
    for (const arm of scenario.arms) assertCanFail(scenario, result, arm);
  });

  test(`${scenario.id}: what was recorded gives the recorded verdict, and without it none`, {
    skip,
  }, () => {
    assert.ok(result !== undefined);
    assert.equal(judgeScenario(scenario, result.arms, { elapsedMs: 0 }).verdict, result.verdict);
    const unmeasured = result.arms.map((arm): ArmResult => ({ ...arm, measures: {} }));
    assert.equal(judgeScenario(scenario, unmeasured, { elapsedMs: 0 }).verdict, "inconclusive");
  });

  const pods = podsOf(scenario.id);
  if (pods === null) continue;
  const lived = recorded("recorded-cluster", scenario);
  test(`${scenario.id}: every prediction of its pods can fail, and they alone give the recorded verdict`, {
    skip: lived === undefined && "not recorded yet",
  }, () => {
    assert.ok(lived !== undefined);
    for (const arm of pods.arms) assertCanFail(scenario, lived, arm);
    const judged = judgeScenario(scenario, lived.arms, { elapsedMs: 0, pods });
    assert.equal(judged.verdict, lived.verdict);
    const unmeasured = lived.arms.map((arm): ArmResult => ({ ...arm, measures: {} }));
    const none = judgeScenario(scenario, unmeasured, { elapsedMs: 0, pods });
    assert.equal(none.verdict, "inconclusive");
  });
}

/** The measures, the predicted one so that it does not hold. */
function contrary(
  { measure, is }: Prediction,
  measures: ArmResult["measures"],
): Record<string, Measure> {
  const found = measures[measure];
  assert.ok(found !== undefined, measure);
  if (is.op === "matches") return { ...measures, [measure]: withFigure(found, "") };
  const to = numberOf(is.to, measures);
  const figure =
    typeof to === "string" ? `not ${to}` : to + (is.op === "≥" || is.op === ">" ? -1 : 1);
  return { ...measures, [measure]: withFigure(found, is.op === "≠" ? to : figure) };
}

function numberOf(to: Operand, measures: ArmResult["measures"]): number | string {
  if (typeof to !== "object") return to;
  const found = measures[to.measure];
  assert.ok(found !== undefined, to.measure);
  const figure = figureOf(found);
  return typeof figure === "string" ? figure : figure * (to.times ?? 1) + (to.plus ?? 0);
}

function withFigure(measure: Measure, figure: number | string): Measure {
  if (measure.kind === "text") return { ...measure, value: String(figure) };
  if (measure.kind === "spread") return { ...measure, p50: Number(figure) };
  return { ...measure, value: Number(figure) };
}
