import { printable } from "#report/text/printable.js";
import { PLAIN_STYLE, type TextStyle } from "#report/text/text-style.js";
import { wrapText } from "#report/text/wrap-text.js";
import {
  activeFindings,
  type CheckFinding,
  type CheckPlace,
  type CheckReport,
  type Grade,
  subjectText,
} from "./check-report.js";

export interface CheckTextOptions {
  readonly columns: number;
  readonly style?: TextStyle;
  /** Also list what was not judged, and what would close it. */
  readonly showOpen?: boolean;
  /** Also show what was set aside. */
  readonly showAll?: boolean;
}

/** For a terminal: the line, the reason in one sentence, the numbers put in, the fix. One line when all is well. */
export function checkText(report: CheckReport, options: CheckTextOptions): string {
  const style = options.style ?? PLAIN_STYLE;
  const shown = options.showAll === true ? report.findings : activeFindings(report);
  const lines = shown
    .toSorted(byPlace)
    .flatMap((finding) => [...findingLines(finding, options.columns, style), ""]);
  if (options.showOpen === true) lines.push(...openLines(report, options.columns, style));
  for (const { where, what, hint } of report.problems) {
    lines.push(`${style.bad("unread")} ${printable(`${where}: ${what}`)}`);
    lines.push(...wrapText(printable(hint), options.columns, "  "));
    lines.push("");
  }
  lines.push(...wrapText(summary(report), options.columns));
  return lines.join("\n");
}

const ORDER: readonly Grade[] = ["error", "warning", "info"];

function byPlace(a: CheckFinding, b: CheckFinding): number {
  const [left, right] = [a.place, b.place];
  if (left !== null && right !== null && left.file === right.file && left.line !== right.line) {
    return left.line - right.line;
  }
  return ORDER.indexOf(a.grade) - ORDER.indexOf(b.grade);
}

function findingLines(finding: CheckFinding, columns: number, style: TextStyle): string[] {
  const { rule, name, grade, place, message, formula, related, fix, remedy, suppressed } = finding;
  const where = place === null ? "" : `${printable(place.file)}:${place.line}:${place.column}: `;
  const colour = grade === "error" ? style.bad : grade === "warning" ? style.odd : style.strong;
  const lines = [
    `${style.strong(where)}${colour(grade)} ${rule} ${name}`,
    style.faint(`  ${printable(subjectText(finding.subject))}`),
    ...(place === null ? [] : quoted(place, style)),
    ...wrapText(printable(message), columns, "  "),
  ];
  if (formula.length > 0) {
    const figures = formula.map((one) => `${one.name} = ${one.value} (${one.source})`).join(", ");
    lines.push(...wrapText(printable(figures), columns, "    ").map(style.faint));
  }
  for (const other of related) {
    const at = `${printable(other.place.file)}:${other.place.line}`;
    lines.push(...wrapText(`${at}: ${printable(other.message)}`, columns, "  "));
  }
  if (suppressed !== null) {
    lines.push(
      style.faint(`  set aside by ${suppressed.by}: ${printable(suppressed.justification)}`),
    );
    return lines;
  }
  if (fix === null) lines.push(...wrapText(`→ ${printable(remedy)}`, columns, "  "));
  else {
    const how = fix.kind === "safe" ? "--fix does it" : "--fix-suggested does it";
    lines.push(...wrapText(`→ ${printable(fix.title)} (${how})`, columns, "  "));
    lines.push(...diffLines(fix.diff, style));
  }
  return lines;
}

/** The line itself, marked below. */
function quoted(
  { line, column, endLine, endColumn, text }: CheckPlace,
  style: TextStyle,
): string[] {
  if (text.trim() === "") return [];
  const number = String(line);
  const whole = printable(text).trimEnd();
  const end = endLine === line ? Math.max(endColumn, column + 1) : whole.length + 1;
  const marks = "^".repeat(Math.max(1, Math.min(end, whole.length + 1) - column));
  const gutter = " ".repeat(number.length);
  return [
    style.faint(`  ${number} │ `) + whole,
    `${style.faint(`  ${gutter} │ `)}${" ".repeat(column - 1)}${style.bad(marks)}`,
  ];
}

/** Only what changes, and a little around it: the file's name is in the first line already. */
function diffLines(diff: string, style: TextStyle): string[] {
  return diff
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const text = `    ${printable(line)}`;
      if (line.startsWith("+")) return style.good(text);
      return line.startsWith("-") ? style.bad(text) : style.faint(text);
    });
}

function openLines(report: CheckReport, columns: number, style: TextStyle): string[] {
  if (report.open.length === 0) return [];
  const lines = [style.strong("Not judged, for want of an input")];
  const rulesBy = new Map<string, Set<string>>();
  for (const { rule, name, missing } of report.open) {
    const say = missing.map((one) => one.say).join("; ");
    rulesBy.set(say, (rulesBy.get(say) ?? new Set()).add(`${rule} ${name}`));
  }
  for (const [say, rules] of rulesBy) {
    lines.push(...wrapText(printable(say), columns, "  "));
    lines.push(...wrapText(printable([...rules].join(", ")), columns, "    ").map(style.faint));
  }
  return [...lines, ""];
}

function summary(report: CheckReport): string {
  const active = activeFindings(report);
  const counts = ORDER.flatMap((grade) => {
    const found = active.filter((one) => one.grade === grade).length;
    return found === 0 ? [] : [countText(found, grade)];
  });
  const found = counts.length === 0 ? "nothing found" : counts.join(", ");
  const aside = report.findings.length - active.length;
  const parts = [
    `${found} in ${countText(report.workloads, "workload")} of ${countText(report.files, "file")}`,
    ...(aside > 0 ? [`${aside} set aside (--all shows them)`] : []),
    ...(report.open.length > 0 ? [`${openCount(report)} not judged (--show-open)`] : []),
    ...(report.problems.length > 0 ? [countText(report.problems.length, "input problem")] : []),
  ];
  return `${parts.join("; ")}.`;
}

function openCount({ open }: CheckReport): string {
  return countText(new Set(open.map(({ rule }) => rule)).size, "rule");
}

/** `info` has no plural. */
function countText(count: number, word: string): string {
  return `${count} ${word}${count === 1 || word === "info" ? "" : "s"}`;
}
