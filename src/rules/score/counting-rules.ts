import type { Rule } from "#rules/rule/rule.js";
import { INDICATORS } from "./indicators/indicators.js";

/** The rules a score may depend on: those that earn points or bound them, errors that cap, and all whose fixes may raise it. */
export function countingRules(rules: readonly Rule[]): readonly Rule[] {
  const counted = new Set(
    INDICATORS.flatMap(({ groups, bound }) => [
      ...groups.flatMap((group) => ("rules" in group ? group.rules : [])),
      ...(bound === undefined ? [] : [bound.rule]),
      ...ASKED,
    ]),
  );
  return rules.filter(
    ({ id, reason, fix }) => counted.has(id) || reason === "A" || reason === "X" || fix !== "none",
  );
}

/** By values that are no rule's verdict. */
export const ASKED: readonly string[] = ["HP1301"];
