import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import type { Answer } from "./answer.js";
import type { GroupInputs } from "./group-inputs.js";

/** Points that are earned together. */
export type PointGroup = RuleGroup | ValueGroup;

/** Each rule that applies has an equal share. */
export interface RuleGroup {
  readonly points: number;
  readonly rules: readonly string[];
  /** `all`: one that fails takes everything. `first`: of several that say the same, the first that can say something. */
  readonly how: "share" | "all" | "first";
}

/** What no rule says. */
export interface ValueGroup {
  readonly points: number;
  /** `start`: with its indicator's, its name in reports. */
  readonly key: string;
  readonly name: string;
  readonly formula: string;
  /** What to do about it. */
  readonly step: string;
  readonly of: (workload: WorkloadSubject, inputs: GroupInputs) => Answer;
}

export const share = (points: number, ...rules: readonly string[]): RuleGroup => ({
  points,
  rules,
  how: "share",
});

export const allOf = (points: number, ...rules: readonly string[]): RuleGroup => ({
  points,
  rules,
  how: "all",
});

export const firstOf = (points: number, ...rules: readonly string[]): RuleGroup => ({
  points,
  rules,
  how: "first",
});
