import { structuredPatch } from "diff";
import { type Places, placesIn } from "#cli/check/places.js";
import { problemsOf } from "#cli/check/report-of.js";
import { VERSION } from "#cli/version.js";
import { shortDigest } from "#edge/store/short-digest.js";
import { TOOL_FACTS } from "#manifest/tools/tool-facts.js";
import type {
  ScoredGroup,
  ScoredIndicator,
  ScoreReport,
  ScoreStep,
  ServiceScore,
} from "#report/score/score-report.js";
import { RULES } from "#rules/catalogue.js";
import { RULESET } from "#rules/judge/evidence.js";
import { nameOf, type Plan, planFleet } from "#rules/score/fleet/plan-fleet.js";
import { sharedSteps } from "#rules/score/fleet/shared-steps.js";
import { groupDetail } from "#rules/score/groups/group-detail.js";
import type { GroupScore, IndicatorScore, WorkloadScore } from "#rules/score/score-workload.js";
import type { Step } from "#rules/score/steps/plan-steps.js";
import { type LoadedScores, WEIGHTS } from "./load-scores.js";
import { type OlderScores, sinceOf } from "./older-scores.js";

/** Ranked, with the steps that were tried out. `older`: an earlier report; null: none was given. */
export function scoreReportOf(
  { loaded, context, scores, notes }: LoadedScores,
  older: OlderScores | null,
): ScoreReport {
  const plans = planFleet(scores, context);
  const places = placesIn(loaded.texts);
  const services = plans.map((plan, index) => serviceOf(plan, index + 1, older, places));
  const totals = services.map(({ total }) => total);
  return {
    version: VERSION,
    ruleset: RULESET,
    toolTable: shortDigest(JSON.stringify(TOOL_FACTS)),
    weights: context.weights,
    changedWeights: Object.keys(WEIGHTS).filter((id) => context.weights[id] !== WEIGHTS[id]),
    fleet: {
      services: services.length,
      below60: totals.filter((total) => total < 60).length,
      measureFirst: services.filter(({ list }) => list === "measure first").length,
      median: medianOf(totals),
      since: older === null ? null : sinceOf(services, older, medianOf(totals)),
    },
    services,
    shared: sharedSteps(plans, ({ score }) => nameOf(score.workload)),
    problems: problemsOf(loaded),
    notes,
  };
}

/** Of an even number the lower one, so that it is a score somebody has. */
export function medianOf(totals: readonly number[]): number | null {
  const sorted = totals.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function serviceOf(
  { score, list, steps, priority, wanting }: Plan,
  rank: number,
  older: OlderScores | null,
  places: Places,
): ServiceScore {
  const { kind, namespace, name } = score.workload.workload;
  const { total, range, coverage, band, cap } = score;
  return {
    rank,
    list,
    kind,
    namespace,
    name,
    total,
    before: older?.totals.get(nameOf(score.workload)) ?? null,
    range,
    coverage: hundredths(coverage),
    band,
    cap,
    priority:
      priority === null
        ? null
        : {
            value: hundredths(priority.value),
            certain: priority.certain,
            exposure: hundredths(priority.exposure),
            effort: hundredths(priority.effort),
          },
    lowest: lowestOf(score),
    steps: steps.map((step) => stepOf(step, places)),
    wanting: wanting.map(({ say, points }) => ({ say, points: hundredths(points) })),
    indicators: score.indicators.map((one) => indicatorOf(one, score, places)),
  };
}

export function indicatorOf(
  one: IndicatorScore,
  of: WorkloadScore,
  places: Places,
): ScoredIndicator {
  const { id, name, weight, score, coverage, step, bound, groups } = one;
  return {
    id,
    name,
    weight,
    score: score === null ? null : hundredths(score),
    coverage: hundredths(coverage),
    step,
    bound,
    groups: groups.map((group) => groupOf(group, of, places)),
  };
}

/** More digits say nothing, and sums of floats would differ in the last. */
const hundredths = (value: number): number => Math.round(100 * value) / 100;

const LOWEST = 3;

function lowestOf({ indicators }: WorkloadScore): string[] {
  return indicators
    .filter(({ score }) => score !== null && score < 100)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, LOWEST)
    .map(({ id, score }) => `${id} ${Math.round(score ?? 0)}`);
}

function groupOf(group: GroupScore, score: WorkloadScore, places: Places): ScoredGroup {
  const { id, state, points, earned, rules } = group;
  const { name, formula, figures, missing, message, at, step } = groupDetail(group, score, RULES);
  return {
    id,
    name,
    formula,
    state,
    points: hundredths(points),
    earned: earned === null ? null : hundredths(earned),
    rules,
    inputs: figures,
    missing: [...new Set(missing.map(({ say }) => say))],
    message,
    location: at === null ? null : places.of(at),
    step,
  };
}

export function stepOf(step: Step, places: Places): ScoreStep {
  const { kind, title, about, from, to, effort, at, texts } = step;
  return {
    fix: { kind, title, about },
    from,
    to,
    gain: to - from,
    effort,
    place: at === null ? null : places.of(at),
    patch: texts.map(({ file, before, after }) => ({ file, diff: diffOf(before, after) })),
  };
}

function diffOf(before: string, after: string): string {
  return structuredPatch("", "", before, after, "", "", { context: 1 })
    .hunks.map(({ lines }) => lines.join("\n"))
    .join("\n…\n");
}
