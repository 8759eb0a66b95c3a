import { type LifeReport, lostOf } from "#model/life/life-report.js";
import { type Column, textTable } from "#report/table.js";
import { printable } from "#report/text/printable.js";
import { wrapText } from "#report/text/wrap-text.js";
import { figureRows, originText } from "./life-text.js";

/** Tools side by side on the same pod, saves and faults: to be pasted into a chat. Below each other where they do not fit. */
export function comparisonText(reports: readonly LifeReport[], columns: number): string {
  const origins = reports.map(({ tool, totals }) => `${tool} ${originText(totals.requestsOrigin)}`);
  return [
    ...tablesOf(reports, columns).flatMap((table) => [...table.split("\n"), ""]),
    ...wrapText(conclusion(reports), columns),
    ...wrapText(`Figures: ${origins.join(", ")}.`, columns),
  ]
    .map(printable)
    .join("\n");
}

/** As many tools in each table as there is room for, and at least one. */
function tablesOf(reports: readonly LifeReport[], columns: number): string[] {
  if (reports.length === 0) return [];
  for (let count = reports.length; ; count -= 1) {
    const some = reports.slice(0, count);
    const table = textTable(comparisonColumns(some), comparisonRows(some));
    const fits = table.split("\n").every((line) => [...line].length <= columns);
    if (fits || count === 1) return [table, ...tablesOf(reports.slice(count), columns)];
  }
}

/** The figures' names, then a column for each tool. */
export function comparisonColumns(reports: readonly LifeReport[]): readonly Column[] {
  return [
    { title: "", align: "left" },
    ...reports.map(({ tool }): Column => ({ title: tool, align: "right" })),
  ];
}

export function comparisonRows(reports: readonly LifeReport[]): readonly (readonly string[])[] {
  const [first] = reports;
  if (first === undefined) return [];
  const values = reports.map((report) => figureRows(report).map(([, value]) => value));
  return figureRows(first).map(([name], row) => [name, ...values.map((of) => of[row] ?? "")]);
}

/** The comparison in one sentence. */
export function conclusion(reports: readonly LifeReport[]): string {
  const said = reports.map((report) => {
    const kills = Number(report.totals.kills.value.toFixed(1));
    const lost = Math.round(lostOf(report.totals.requests)).toLocaleString("en-US");
    return `${report.tool} loses ${lost} requests and is killed ${kills} times`;
  });
  return `${said.join("; ")}.`;
}
