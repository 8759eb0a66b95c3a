import type { ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import type { Arm, Scenario, VerdictRule } from "#lab/scenario.js";
import type {
  ArmResult,
  Assertion,
  Measure,
  ScenarioResult,
  Verdict,
} from "#model/lab/lab-report.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { check, figureOf, type LookUp, type Prediction } from "./prediction.js";

/** What an arm has measured, before it is compared with what was expected. */
export type TakenArm = Omit<ArmResult, "assertions">;

/** The predictions of one arm. One that did not run to its end was not as predicted. */
export function judgeArm(
  arm: Pick<Arm, "predictions" | "underDockershim">,
  taken: TakenArm,
  cri: LabBench["cri"] = "containerd",
): ArmResult {
  if (taken.status === "skipped") return { ...taken, assertions: [] };
  const counts = cri === "dockershim" ? arm.underDockershim : undefined;
  const lookUp: LookUp = (measure) => taken.measures[measure] ?? null;
  const assertions = (counts ?? arm.predictions).map((prediction) => check(prediction, lookUp));
  if (taken.status === "run") return { ...taken, assertions };
  const ended: Assertion = {
    expr: "the arm ran to its end",
    because: "what breaks off has measured nothing",
    ok: false,
    actual: taken.reason,
  };
  return { ...taken, assertions: [ended, ...assertions] };
}

/** The verdict on the claim, and whether all came out as predicted: two separate questions. */
export function judgeScenario(
  scenario: Scenario,
  arms: readonly ArmResult[],
  context: { readonly elapsedMs: number; readonly pods?: ClusterScenario | null },
): ScenarioResult {
  const ran = arms.some(({ status }) => status !== "skipped");
  if (!ran) return skipped(scenario, reasonOf(arms), arms);
  const lookUp = acrossArms(arms);
  const assertions = scenario.predictions
    .filter((prediction) => armsOf(prediction).every((name) => hasRun(arms, name)))
    .map((prediction) => check(prediction, lookUp));
  const all = [...arms.flatMap((arm) => arm.assertions), ...assertions];
  const { pods = null } = context;
  // Pods of a cluster decide where no process of the lab has.
  const local = verdictOf(scenario.verdicts, lookUp);
  const verdict = local === "inconclusive" ? verdictOf(pods?.verdicts ?? [], lookUp) : local;
  return {
    ...textsOf(scenario),
    status: "run",
    reason: null,
    verdict,
    prediction: all.every(({ ok }) => ok) ? "as-predicted" : "unexpected",
    correction: DIFFERS.includes(verdict) ? scenario.correction : null,
    headline: headlineOf(scenario, pods, lookUp),
    ...{ arms, assertions, scaled: scenario.timed, elapsedMs: Math.round(context.elapsedMs) },
  };
}

/** Verdicts that say that something is otherwise than claimed. */
const DIFFERS: readonly Verdict[] = ["confirmed-with-correction", "refuted"];

/** A scenario that was not begun. */
export function skipped(
  scenario: Scenario,
  reason: string,
  arms: readonly ArmResult[] = [],
): ScenarioResult {
  return {
    ...textsOf(scenario),
    ...{ status: "skipped", reason, verdict: "skipped", prediction: "not-run", correction: null },
    headline: { before: "–", after: "–", about: scenario.headline.about },
    ...{ arms, assertions: [], scaled: scenario.timed, elapsedMs: 0 },
  };
}

function verdictOf(rules: readonly VerdictRule[], lookUp: LookUp): Verdict {
  const rule = rules.find(({ when }) => when.every((prediction) => check(prediction, lookUp).ok));
  return rule?.verdict ?? "inconclusive";
}

/** Finds `arm.key`. */
export function acrossArms(arms: readonly ArmResult[]): LookUp {
  return (measure) => {
    const dot = measure.indexOf(".");
    const arm = arms.find(({ name }) => name === measure.slice(0, dot));
    return arm?.measures[measure.slice(dot + 1)] ?? null;
  };
}

/** The arms that a prediction across arms speaks of. */
export function armsOf({ measure, is }: Prediction): readonly string[] {
  const nameOf = (full: string): string => full.slice(0, full.indexOf("."));
  if (is.op === "matches" || typeof is.to !== "object") return [nameOf(measure)];
  return [nameOf(measure), nameOf(is.to.measure)];
}

function textsOf(scenario: Scenario) {
  const { id, chapter, title, claim, advice } = scenario;
  return { id, chapter, title, claim, advice };
}

/** Where only pods of a cluster have lived, their figure stands for the broken set-up. */
function headlineOf(
  { headline }: Scenario,
  pods: ClusterScenario | null,
  lookUp: LookUp,
): ScenarioResult["headline"] {
  const text = (measure: Measure | null): string =>
    measure === null ? "–" : `${figureOf(measure)}`;
  const [before, after] = [lookUp(headline.before), lookUp(headline.after)];
  const own = pods === null ? null : lookUp(pods.headline.measure);
  if (before === null && after === null && pods !== null && own !== null) {
    return { before: text(own), after: text(null), about: pods.headline.about };
  }
  return { before: text(before), after: text(after), about: headline.about };
}

const hasRun = (arms: readonly ArmResult[], name: string): boolean =>
  arms.some((arm) => arm.name === name && arm.status === "run");

const reasonOf = (arms: readonly ArmResult[]): string =>
  [...new Set(arms.flatMap(({ reason }) => reason ?? []))].join("; ") || "no arm was chosen";
