import { textTable } from "#report/table.js";
import { printable } from "#report/text/printable.js";
import { wrapText } from "#report/text/wrap-text.js";

/** How well a workload bears hot updates. */
export interface ScoreReport {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly total: number;
  readonly range: readonly [least: number, most: number];
  /** 0 to 1. */
  readonly coverage: number;
  readonly band: string;
  readonly cap: { readonly at: number; readonly rule: string } | null;
  readonly indicators: readonly {
    readonly id: string;
    readonly name: string;
    readonly weight: number;
    readonly score: number | null;
    readonly coverage: number;
    readonly step: string;
  }[];
}

const COVERAGE_MIN = 0.6;

/** The lowest first; what is hardly known stands by itself, for it has to be measured first. */
export function scoreText(reports: readonly ScoreReport[], columns: number): string {
  const measured = reports.filter(({ coverage }) => coverage >= COVERAGE_MIN);
  const guessed = reports.filter(({ coverage }) => coverage < COVERAGE_MIN);
  const parts: string[] = [];
  if (measured.length > 0) parts.push(tableOf(measured));
  if (guessed.length > 0) parts.push(`Measure first\n${tableOf(guessed)}`);
  if (reports.length === 1 && reports[0] !== undefined) parts.push(detail(reports[0], columns));
  return parts.join("\n\n");
}

function tableOf(reports: readonly ScoreReport[]): string {
  const head = ["workload", "score", "range", "known", "", "first step"];
  const columns = head.map((title, i) => ({
    title,
    align: i > 0 && i < 4 ? ("right" as const) : ("left" as const),
  }));
  const rows = reports
    .toSorted((a, b) => a.total - b.total || compare(nameOf(a), nameOf(b)))
    .map((one) => {
      const bracketed = one.coverage < COVERAGE_MIN ? `(${one.total})` : String(one.total);
      const cap = one.cap === null ? "" : ` (${one.cap.rule} caps it at ${one.cap.at})`;
      return [
        printable(nameOf(one)),
        bracketed,
        one.range.join("–"),
        `${Math.round(100 * one.coverage)} %`,
        `${one.band}${cap}`,
        stepOf(one),
      ];
    });
  return textTable(columns, rows);
}

/** Of the indicator that costs most. */
function stepOf({ indicators }: ScoreReport): string {
  const worst = indicators
    .filter((one) => one.score !== null && one.score < 100)
    .toSorted((a, b) => b.weight * (100 - (b.score ?? 0)) - a.weight * (100 - (a.score ?? 0)))[0];
  return worst === undefined ? "" : `${worst.id}: ${worst.step}`;
}

function detail({ indicators }: ScoreReport, columns: number): string {
  const rows = indicators.map(({ id, name, weight, score, coverage }) => [
    id,
    name,
    String(weight),
    score === null ? "–" : String(Math.round(score)),
    `${Math.round(100 * coverage)} %`,
  ]);
  const table = textTable(
    [
      { title: "", align: "left" },
      { title: "indicator", align: "left" },
      { title: "weight", align: "right" },
      { title: "score", align: "right" },
      { title: "known", align: "right" },
    ],
    rows,
  );
  const note = wrapText(
    "–: too little is known of it, so it is left out and the weights of the others count.",
    columns,
  );
  return [table, ...note].join("\n");
}

const nameOf = ({ kind, namespace, name }: ScoreReport): string => `${namespace}/${kind}/${name}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
