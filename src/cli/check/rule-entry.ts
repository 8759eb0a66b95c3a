import type { RuleEntry } from "#report/check/check-report.js";
import type { Rule } from "#rules/rule/rule.js";

/** A rule as reports show it. */
export function ruleEntry(rule: Rule): RuleEntry {
  const { id, name, reason, inputs, exports, fix, title, why, when, remedy, fires, quiet } = rule;
  return {
    id,
    name,
    grade: rule.severity,
    reason,
    lessInDev: rule.lessInDev === true,
    inputs,
    exports,
    fix,
    title,
    why,
    when,
    remedy,
    fires,
    quiet,
    peers: rule.peers ?? null,
  };
}
