import type { WorkloadScore } from "#rules/score/score-workload.js";
import type { ChangeContext } from "#rules/score/steps/change-state.js";
import { GOAL, nextStep, planSteps, type Step } from "#rules/score/steps/plan-steps.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { exposureOf } from "./exposure.js";
import { type Wanting, wantingOf } from "./wanting.js";

/** What is to be done about one workload, and how soon. */
export interface Plan {
  readonly score: WorkloadScore;
  readonly list: "fix first" | "measure first" | "fine";
  /** To the goal; of the others the next one alone. */
  readonly steps: readonly Step[];
  /** Of those to be fixed: the higher, the sooner. */
  readonly priority: Priority | null;
  readonly wanting: readonly Wanting[];
}

export interface Priority {
  readonly value: number;
  /** Errors after which pods will certainly not run, at most 4. */
  readonly certain: number;
  readonly exposure: number;
  readonly effort: number;
}

/** Below this share of known points the total says more about the inputs than about the service. */
export const COVERAGE_MIN = 0.6;
const CERTAIN_MAX = 4;

/** In the order of the report: what to fix, what to measure, the rest. */
export function planFleet(
  scores: readonly WorkloadScore[],
  context: ChangeContext,
): readonly Plan[] {
  const plans = scores.map((score): Plan => {
    const list = listOf(score);
    const first = list === "fix first" ? null : nextStep(score, context);
    const steps = list === "fix first" ? planSteps(score, context) : first === null ? [] : [first];
    const priority = list === "fix first" ? priorityOf(score, steps, context) : null;
    return { score, list, steps, priority, wanting: wantingOf(score) };
  });
  return LISTS.flatMap((list) => plans.filter((one) => one.list === list).toSorted(inOrder));
}

const LISTS = ["fix first", "measure first", "fine"] as const;

/** What is known to lie below the goal is fixed first, however little is known of the rest. */
export function listOf({
  total,
  range: [least, most],
  coverage,
}: Pick<WorkloadScore, "total" | "range" | "coverage">): Plan["list"] {
  if (total < GOAL && (coverage >= COVERAGE_MIN || most < GOAL)) return "fix first";
  return coverage < COVERAGE_MIN || least < GOAL ? "measure first" : "fine";
}

function priorityOf(
  score: WorkloadScore,
  steps: readonly Step[],
  { standing }: ChangeContext,
): Priority {
  const errors = score.verdicts.all
    .flatMap(({ findings }) => findings)
    .filter(
      (one) => one.rule.reason === "A" && one.severity === "error" && standing(one) === "counts",
    );
  const certain = Math.min(CERTAIN_MAX, errors.length);
  const exposure = exposureOf(score.workload);
  const effort = steps.reduce((sum, step) => sum + step.effort, 1);
  const value = ((GOAL - score.total + 5 * certain) * exposure) / effort;
  return { value, certain, exposure, effort };
}

function inOrder(a: Plan, b: Plan): number {
  return orderOf(b) - orderOf(a) || byName(a.score.workload, b.score.workload);
}

/** By namespace, kind and name; of the same name by the file. */
export function byName(a: WorkloadSubject, b: WorkloadSubject): number {
  const [left, right] = [a, b].map((one) => `${nameOf(one)} ${one.object.document.file}`);
  return (left ?? "") < (right ?? "") ? -1 : left === right ? 0 : 1;
}

function orderOf({ list, priority, wanting, score }: Plan): number {
  if (list === "fix first") return priority?.value ?? 0;
  if (list === "measure first") return wanting.reduce((sum, { points }) => sum + points, 0);
  return -score.total;
}

/** As services are sorted: by namespace, kind and name. */
export function nameOf({ workload }: WorkloadSubject): string {
  return `${workload.namespace}/${workload.kind}/${workload.name}`;
}
