/** No prediction is empty: of the recorded run, each is made false by another figure, and the judge says so. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SCENARIOS } from "#lab/catalogue.js";
import { judgeArm, judgeScenario } from "#lab/judge/judge.js";
import { exprOf, type Operand, type Prediction } from "#lab/judge/prediction.js";
import type { ArmResult, LabReport, Measure } from "#model/lab/lab-report.js";

const recorded = JSON.parse(readFileSync("docs/lab/recorded.json", "utf8")) as LabReport;

for (const scenario of SCENARIOS) {
  const result = recorded.scenarios.find(({ id }) => id === scenario.id);
  const skip = result === undefined && "not recorded yet";

  test(`${scenario.id}: every prediction can fail, and then the scenario is unexpected`, {
    skip,
  }, () => {
    assert.ok(result !== undefined);
    for (const arm of scenario.arms) {
      const taken: ArmResult | undefined = result.arms.find(({ name }) => name === arm.name);
      const isOptional = arm.needs.length > 0 && taken?.status !== "failed";
      if (isOptional && taken?.status !== "run") continue;
      assert.ok(taken?.status === "run", arm.name);
      for (const prediction of arm.predictions) {
        const what = `${arm.name}: ${exprOf(prediction)}`;
        const other = { ...taken, measures: contrary(prediction, taken.measures) };
        const judged = judgeArm(arm, other);
        assert.ok(
          judged.assertions.some(({ ok }) => !ok),
          what,
        );
        const arms: ArmResult[] = result.arms.map(
          (one): ArmResult => (one.name === arm.name ? judged : one),
        );
        assert.equal(
          judgeScenario(scenario, arms, { elapsedMs: 0 }).prediction,
          "unexpected",
          what,
        );
      }
    }
  });

  test(`${scenario.id}: what was recorded gives the recorded verdict, and without it none`, {
    skip,
  }, () => {
    assert.ok(result !== undefined);
    assert.equal(judgeScenario(scenario, result.arms, { elapsedMs: 0 }).verdict, result.verdict);
    const unmeasured = result.arms.map((arm): ArmResult => ({ ...arm, measures: {} }));
    assert.equal(judgeScenario(scenario, unmeasured, { elapsedMs: 0 }).verdict, "inconclusive");
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
  assert.ok(found?.kind === "count", to.measure);
  return found.value * (to.times ?? 1) + (to.plus ?? 0);
}

function withFigure(measure: Measure, figure: number | string): Measure {
  if (measure.kind === "text") return { ...measure, value: String(figure) };
  if (measure.kind === "spread") return { ...measure, p50: Number(figure) };
  return { ...measure, value: Number(figure) };
}
