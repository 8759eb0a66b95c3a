import { type Suppression, suppressionsOf, whyNot } from "#rules/judge/suppression.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
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
  title: "A suppression has no reason, has expired, names no rule or hides nothing.",
  why: "What is set aside without a reason stays set aside when the reason is gone.",
  when: "hotpod.dev/ignore.HPxxx or an entry of check.ignore has a reason of fewer than 10 characters, a date that has passed or is none, an unknown class, or an id of no rule (families and wildcards are none); or it is in order and its rule finds nothing there.",
  remedy: "Edit it or take it out: reason; class=accepted-risk; until=2027-01-31; container=app.",
  fires: 'hotpod.dev/ignore.HP204: "x"',
  quiet: "a reason of some words and a date to come.",
  judge: { of: "project", judge: judgeSuppressions },
};

/** That a suppression hides nothing is known only when all rules were asked; `idleFault` is added then. */
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
  const { today, profile } = parameters;
  return whyNot(one, { finding: null, today, profile });
}

export function idleFault(one: Suppression): Fault {
  return {
    severity: "warning",
    at: one.at,
    message: `The suppression of ${one.rule} hides nothing: the rule finds nothing there.`,
    remedy: "Take it out.",
    evidence: `${one.rule} idle`,
  };
}
