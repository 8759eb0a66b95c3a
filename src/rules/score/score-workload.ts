import type { Judged } from "#rules/judge/judge.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ConfigText } from "#rules/subject/project.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import type { Answer } from "./groups/answer.js";
import type { PointGroup } from "./groups/point-group.js";
import { scoreGroups } from "./groups/score-groups.js";
import { INDICATORS } from "./indicators/indicators.js";
import { type IndicatorPoints, indicatorTotal, rounded, type Total, totalOf } from "./total-of.js";
import { type WorkloadVerdicts, workloadVerdicts } from "./verdicts/workload-verdicts.js";

/** What a score is made of beside the workload. */
export interface ScoreContext {
  readonly rules: readonly Rule[];
  /** By indicator. */
  readonly weights: Readonly<Record<string, number>>;
  /** Lines of a workload's own log; null: none were given. */
  readonly logOf: (workload: WorkloadSubject) => readonly string[] | null;
  readonly goSums: readonly ConfigText[];
  readonly dockerIgnores: readonly ConfigText[];
  /** `false`: somebody says that a finding is none; `accepted`: it counts, and nothing is to be done about it. */
  readonly standing: (finding: Judged) => "counts" | "accepted" | "false";
}

export type GroupState = "earned" | "partly" | "lost" | "unknown" | "not applicable";

/** Its words are in `groupDetail`: most scores are tried out and thrown away. */
export interface GroupScore {
  /** `M06.start`, `M07.HP101` */
  readonly id: string;
  readonly group: PointGroup;
  /** Of a value; null: rules say it. */
  readonly answer: Answer | null;
  readonly rules: readonly string[];
  readonly state: GroupState;
  /** What it is worth here; 0 when it does not apply, for its points went to the others of its group. */
  readonly points: number;
  /** null: not known. */
  readonly earned: number | null;
}

export interface IndicatorScore {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  /** 0 to 100; null: too little is known of it. */
  readonly score: number | null;
  /** Of its points, the share that is known, 0 to 1. */
  readonly coverage: number;
  readonly step: string;
  /** A rule that fails and keeps the score so low, whatever is earned; null: none does. */
  readonly bound: { readonly rule: string; readonly most: number } | null;
  readonly groups: readonly GroupScore[];
}

export type Band = "ready" | "usable" | "fix first" | "do not hot-update";

export interface WorkloadScore {
  readonly workload: WorkloadSubject;
  /** 0 to 100, after the cap. */
  readonly total: number;
  /** Before the cap and rounding. */
  readonly bare: Total;
  /** With all that is unknown lost, and earned. */
  readonly range: readonly [least: number, most: number];
  /** 0 to 1. */
  readonly coverage: number;
  readonly band: Band;
  /** Why it is not higher, whatever the points say; null: no error caps it. */
  readonly cap: { readonly at: number; readonly rule: string } | null;
  readonly indicators: readonly IndicatorScore[];
  readonly verdicts: WorkloadVerdicts;
}

const NOTHING: ReadonlySet<string> = new Set();

/** null: nothing of the workload is updated while it runs. */
export function scoreWorkload(
  workload: WorkloadSubject,
  context: ScoreContext,
  assumed: ReadonlySet<string> = NOTHING,
): WorkloadScore | null {
  if (!workload.running.some(({ isHot }) => isHot)) return null;
  return scoreVerdicts(
    workload,
    workloadVerdicts(workload, context.rules, (one) => context.standing(one) === "false"),
    context,
    assumed,
  );
}

/** Of verdicts that are there already. `assumed`: rules and groups that count as earned, to see what that would bring. */
export function scoreVerdicts(
  workload: WorkloadSubject,
  verdicts: WorkloadVerdicts,
  context: ScoreContext,
  assumed: ReadonlySet<string>,
): WorkloadScore {
  const scored = INDICATORS.map((indicator) => {
    const groups = scoreGroups(indicator, workload, verdicts, context, assumed);
    const { id, name, step, bound } = indicator;
    const weight = context.weights[id] ?? indicator.weight;
    const fails =
      bound !== undefined && !assumed.has(bound.rule) && verdicts.of(bound.rule)?.share === 0;
    const points: IndicatorPoints = { weight, groups, ...(fails ? { most: bound.most } : {}) };
    return {
      points,
      one: {
        id,
        name,
        weight,
        step,
        bound: fails ? bound : null,
        groups,
        ...indicatorTotal(points),
      },
    };
  }).filter(({ one }) => one.groups.some(({ points }) => points > 0));
  const bare = totalOf(scored.map(({ points }) => points));
  const cap = capOf(verdicts, assumed, context);
  const limit = (score: number): number => Math.min(rounded(score), cap?.at ?? 100);
  const total = limit(bare.raw);
  return {
    workload,
    total,
    bare,
    range: [limit(bare.least), limit(bare.most)],
    coverage: bare.coverage,
    band: bandOf(total),
    cap,
    indicators: scored.map(({ one }) => one),
    verdicts,
  };
}

const CAPPING = /^HP[12456]\d\d$/;

/** A workload that will certainly be killed cannot hide behind good style. */
function capOf(
  verdicts: WorkloadVerdicts,
  assumed: ReadonlySet<string>,
  context: ScoreContext,
): WorkloadScore["cap"] {
  const errors = cappingFindings(verdicts, assumed, context);
  const killed = errors.find(({ rule }) => rule.reason === "A");
  if (killed !== undefined) return { at: 59, rule: killed.rule.id };
  const [exposed] = errors;
  return exposed === undefined ? null : { at: 69, rule: exposed.rule.id };
}

/** Errors that bound the total. */
export function cappingFindings(
  { all }: WorkloadVerdicts,
  assumed: ReadonlySet<string>,
  { standing }: Pick<ScoreContext, "standing">,
): readonly Judged[] {
  return all
    .flatMap(({ findings }) => findings)
    .filter(
      (one) =>
        one.severity === "error" &&
        !assumed.has(one.rule.id) &&
        (one.rule.reason === "X" || (one.rule.reason === "A" && CAPPING.test(one.rule.id))) &&
        standing(one) === "counts",
    );
}

export function bandOf(total: number): Band {
  if (total >= 85) return "ready";
  if (total >= 60) return "usable";
  return total >= 40 ? "fix first" : "do not hot-update";
}
