import { printable } from "#report/text/printable.js";
import { activeFindings, type CheckFinding, type CheckReport } from "./check-report.js";
import { checkText } from "./check-text.js";

/**
 * What is new and what is gone since the report before; all of it the first time (null). Empty: nothing has changed.
 */
export function changesText(
  before: readonly CheckFinding[] | null,
  report: CheckReport,
  columns: number,
): string {
  if (before === null) return checkText(report, { columns });
  const now = activeFindings(report);
  const fresh = now.filter((one) => !before.some((other) => isSame(one, other)));
  const gone = before.filter((one) => !now.some((other) => isSame(one, other)));
  if (fresh.length === 0 && gone.length === 0 && report.problems.length === 0) return "";
  const lines = gone.map(({ rule, name, place, message }) => {
    const where = place === null ? "" : `${printable(place.file)}: `;
    return `${where}gone ${rule} ${name}: ${printable(message)}`;
  });
  const still = now.length - fresh.length;
  if (fresh.length === 0 && report.problems.length === 0) {
    return [...lines, still === 0 ? "nothing is left" : `${still} left`].join("\n");
  }
  const more = still === 0 ? [] : [`and ${still} as before`];
  const text = checkText({ ...report, findings: fresh }, { columns });
  return [...lines, text, ...more].join("\n");
}

const isSame = (a: CheckFinding, b: CheckFinding): boolean =>
  a.fingerprint === b.fingerprint && a.grade === b.grade;
