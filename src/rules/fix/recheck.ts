import { changedValue, type FieldChange } from "#manifest/edit/changed-value.js";
import type { StructTable } from "#manifest/fields/struct-table.js";
import { evidenceOf } from "#rules/judge/evidence.js";
import { type Judged, judgeWorkload } from "#rules/judge/judge.js";
import type { Fix } from "#rules/rule/fix.js";
import type { Rule } from "#rules/rule/rule.js";
import { changedWorkload } from "#rules/subject/build-project.js";

/** What would be found that is not found now, if a fix were made. */
export interface Recheck {
  /** Empty: the fix can be offered. */
  readonly added: readonly Judged[];
  /** It does not mend what it is for. */
  readonly stays: boolean;
  /** The API server would refuse the result. */
  readonly refused: boolean;
}

const FINE: Recheck = { added: [], stays: false, refused: false };

const GRADES = ["info", "warning", "error"];

/** What is left of the same fault, when a fix mends the part of it that is safe to mend. */
export function isRest(one: Judged, finding: Judged): boolean {
  return (
    one.rule === finding.rule &&
    one.subject.name === finding.subject.name &&
    one.subject.container === finding.subject.container &&
    GRADES.indexOf(one.severity) <= GRADES.indexOf(finding.severity)
  );
}

/** Judges the patched workload by the rules about workloads and containers. Changes of other files are not judged again. */
export function recheckFix(
  finding: Judged,
  fix: Fix,
  rules: readonly Rule[],
  table: StructTable,
): Recheck {
  const { workload } = finding.subject;
  if (workload === null) return FINE;
  const { document } = workload.object;
  const changes = fix.changes.flatMap((change): FieldChange[] =>
    "path" in change && change.document === document ? [change] : [],
  );
  if (changes.length === 0) return FINE;
  const after = changedWorkload(workload, changedValue(document.value, changes), table);
  if (after === null) return { added: [], stays: true, refused: true };
  const before = new Set(judgeWorkload(workload, rules).map(evidenceOf));
  const now = judgeWorkload(after, rules);
  const own = evidenceOf(finding);
  const grade = finding.severity;
  return {
    added: now.filter((one) => !before.has(evidenceOf(one)) && !isRest(one, finding)),
    stays: now.some((one) => evidenceOf(one) === own && one.severity === grade),
    refused: false,
  };
}
