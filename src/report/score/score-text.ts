import { textTable } from "#report/table.js";
import { printable } from "#report/text/printable.js";
import { wrapText } from "#report/text/wrap-text.js";
import {
  percentText,
  type ScoreList,
  type ScoreReport,
  type ServiceScore,
  serviceName,
  totalText,
} from "./score-report.js";
import { fleetLine, nextText, sinceLines, weightsLine } from "./score-words.js";
import { serviceText } from "./service-text.js";

/** The lists, what mends several services at once, and of a single service everything. */
export function scoreText(report: ScoreReport, columns: number): string {
  const { services, shared, problems, notes } = report;
  const [only, ...others] = services;
  const parts = LISTS.flatMap(([list, title]) => {
    const listed = services.filter((one) => one.list === list);
    return listed.length === 0 ? [] : [`${title}\n${tableOf(listed, columns)}`];
  });
  if (shared.length > 0) {
    const lines = shared.flatMap(({ place, title, gain, services: all }) => [
      `  ${printable(place)}: ${printable(title)}`,
      `    ${all.length} services, +${gain} together`,
    ]);
    parts.push(["In one place", ...lines].join("\n"));
  }
  if (only !== undefined && others.length === 0) parts.push(serviceText(only, columns));
  const unread = problems.map(({ where, what }) => printable(`unread ${where}: ${what}`));
  const weights = weightsLine(report);
  const last = [
    ...notes.map(printable),
    ...unread,
    ...sinceLines(report.fleet).map(printable),
    ...(weights === null ? [] : [weights]),
    fleetLine(report.fleet),
  ];
  return [...parts, last.flatMap((line) => wrapText(line, columns)).join("\n")].join("\n\n");
}

const LISTS: readonly (readonly [ScoreList, string])[] = [
  ["fix first", "Fix first"],
  ["measure first", "Measure first"],
  ["fine", "Fine"],
];

const COLUMNS = [
  { title: "#", align: "right" },
  { title: "service", align: "left" },
  { title: "score", align: "right" },
  { title: "range", align: "right" },
  { title: "known", align: "right" },
  { title: "lowest", align: "left" },
  { title: "", align: "left" },
] as const;

function tableOf(services: readonly ServiceScore[], columns: number): string {
  const rows = services.map((one) => [
    String(one.rank),
    printable(serviceName(one)),
    `${totalText(one)}${changeText(one)}`,
    one.range.join("–"),
    percentText(one.coverage),
    one.lowest.join(", "),
    `${one.band}${one.cap === null ? "" : `, ${one.cap.rule} caps at ${one.cap.at}`}`,
  ]);
  const [head = "", rule = "", ...lines] = textTable(COLUMNS, rows).split("\n");
  const told = lines.flatMap((line, i) => {
    const one = services[i];
    const next = one === undefined ? null : nextText(one);
    if (next === null) return [line];
    const [first = "", ...more] = wrapText(printable(next), columns - 6);
    return [line, `    → ${first}`, ...more.map((each) => `      ${each}`)];
  });
  return [head, rule, ...told].join("\n");
}

function changeText({ total, before }: ServiceScore): string {
  if (before === null || before === total) return "";
  return before < total ? ` ↑${total - before}` : ` ↓${before - total}`;
}
