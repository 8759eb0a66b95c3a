import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import { placesIn } from "#cli/check/places.js";
import { explanationText } from "#report/score/explain-text.js";
import { nameOf } from "#rules/score/fleet/plan-fleet.js";
import { INDICATORS } from "#rules/score/indicators/indicators.js";
import type { WorkloadScore } from "#rules/score/score-workload.js";
import { firstSteps, type Step } from "#rules/score/steps/plan-steps.js";
import type { LoadedScores } from "./load-scores.js";
import { indicatorOf, stepOf } from "./score-report-of.js";

/** `--explain M06`: of every service, one after the other. */
export function explained(
  { loaded, context, scores }: LoadedScores,
  ids: readonly string[],
  columns: number,
): string {
  for (const id of ids) assertKnown(id);
  const places = placesIn(loaded.texts);
  const parts = scores.flatMap((score) => {
    const steps = firstSteps(score, context);
    return ids.flatMap((id) => {
      const indicator = score.indicators.find((one) => one.id === id);
      if (indicator === undefined) {
        return [`${id}: ${nameOf(score.workload)} has nothing of what it is about`];
      }
      const service = nameOf(score.workload);
      const about = steps.filter((step) => raises(step, id, score));
      const told = about.map((step) => {
        return { step: stepOf(step, places), score: scoreIn(step.after, id) };
      });
      return [
        explanationText(
          { service, indicator: indicatorOf(indicator, score, places), steps: told },
          columns,
        ),
      ];
    });
  });
  return parts.join("\n\n");
}

/** Its own score is higher then. */
const raises = ({ after }: Step, id: string, before: WorkloadScore): boolean =>
  (scoreIn(after, id) ?? 0) > (scoreIn(before, id) ?? 0) + 1e-9;

const scoreIn = ({ indicators }: WorkloadScore, id: string): number | null =>
  indicators.find((one) => one.id === id)?.score ?? null;

function assertKnown(id: string): void {
  const known = INDICATORS.map((one) => one.id);
  if (known.includes(id)) return;
  const near = nearest(id, known);
  throw new UserError({
    code: "unknown-indicator",
    message: `there is no indicator ${JSON.stringify(id)}`,
    hint: near === null ? "They are M01 to M19." : `Did you mean ${near}?`,
  });
}
