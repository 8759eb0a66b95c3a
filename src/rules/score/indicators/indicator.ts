import type { PointGroup } from "#rules/score/groups/point-group.js";

export interface Indicator {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  /** Together 100. */
  readonly groups: readonly PointGroup[];
  /** The cheapest thing to do about it. */
  readonly step: string;
  /** When this rule fails, the indicator is at most so high. */
  readonly bound?: { readonly rule: string; readonly most: number };
}
