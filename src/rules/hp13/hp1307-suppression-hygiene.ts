import { type Suppression, suppressionsOf, whyNot } from "#rules/judge/suppression.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const suppressionHygiene: Rule = {
  id: "HP1307",
  name: "suppression-hygiene",
  severity: "warning",
  reason: "O",
  inputs: "W|H",
  exports: "KVR",
  fix: "none",
  title: "A suppression has no reason, has expired, or names no rule.",
  why: "What is set aside without a reason stays set aside when the reason is gone.",
  when: "hotpod.dev/ignore.HPxxx or an entry of check.ignore has a reason of fewer than 10 characters, a date that has passed or is none, an unknown class, or an id of no rule (families and wildcards are none).",
  remedy: "Edit it or take it out: reason; class=accepted-risk; until=2027-01-31; container=app.",
  fires: 'hotpod.dev/ignore.HP204: "x"',
  quiet: "a reason of some words and a date to come.",
  judge: { of: "project", judge: judgeSuppressions },
};

function judgeSuppressions(project: Project): Outcome {
  const all = suppressionsOf(project);
  if (all.length === 0) return NOT_APPLICABLE;
  const faults = all.flatMap((one) => {
    const why = reasonOf(one, project);
    if (why === null) return [];
    return [
      {
        severity: "warning" as const,
        at: one.at,
        message: `The suppression of ${one.rule === "" ? "no rule" : one.rule} does not count: ${why}.`,
        evidence: one.rule,
      },
    ];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

function reasonOf(one: Suppression, { ruleIds, parameters }: Project): string | null {
  if (!ruleIds.has(one.rule)) return "there is no rule of that id";
  return whyNot(one, null, parameters.today);
}
