import type { Assertion, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { type Column, textTable } from "#report/table.js";
import type { TextStyle } from "#report/text/text-style.js";
import { wrapItem, wrapText } from "#report/text/wrap-text.js";
import { BESIDE_COLUMNS, besideRows } from "./beside-words.js";
import {
  aboutOf,
  assertionText,
  criText,
  headlineText,
  programsText,
  summaryText,
  unexpected,
} from "./lab-words.js";

/** One line of a finished scenario, for whoever watches. */
export function scenarioLine(result: ScenarioResult, style: TextStyle): string {
  const { id, title, verdict, prediction, elapsedMs } = result;
  const seconds = `${(elapsedMs / 1_000).toFixed(1)} s`.padStart(7);
  if (result.status === "skipped") return `${style.faint("–")} ${id} ${seconds} ${title}: skipped`;
  const mark = prediction === "as-predicted" ? style.good("✓") : style.bad("✗");
  const surprise = prediction === "unexpected" ? `, ${style.bad("not as predicted")}` : "";
  return `${mark} ${id} ${seconds} ${title}: ${verdict}${surprise}`;
}

/** The whole result for a terminal that is so wide. */
export function labText(report: LabReport, columns: number, style: TextStyle): string {
  const { scenarios } = report;
  const lines = [
    textTable(COLUMNS, scenarios.map(row)),
    "",
    ...scenarios.flatMap((one) => [...corrections(one, columns), ...besides(one)]),
    ...scenarios.flatMap((one) => surprises(one, columns, style)),
    ...skips(scenarios, columns),
    `${summaryText(scenarios)}${criText(report.run)}.${scaleText(report)}`,
    ...wrapText(programsText(report.run.needs), columns, ""),
  ];
  return lines.join("\n");
}

const COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "before → after", align: "left" },
  { title: "", align: "left" },
  { title: "verdict on the claim", align: "left" },
  { title: "prediction", align: "left" },
  { title: "s", align: "right" },
];

function row(result: ScenarioResult): readonly string[] {
  const { id, verdict, prediction, elapsedMs, headline } = result;
  return [
    id,
    headlineText(result),
    headline.about,
    verdict,
    prediction,
    (elapsedMs / 1_000).toFixed(1),
  ];
}

function corrections(result: ScenarioResult, columns: number): string[] {
  if (result.status === "skipped") return [];
  const lines = [
    `${result.id}  ${result.title}`,
    ...wrapText(`Claim: ${result.claim}`, columns, "  "),
  ];
  if (result.correction !== null) {
    lines.push(...wrapText(`Found: ${result.correction}`, columns, "  "));
  }
  for (const advice of result.advice) lines.push(...wrapItem("→", advice, columns, "  "));
  return [...lines, ""];
}

/** Pods of a cluster beside the model. */
function besides(result: ScenarioResult): string[] {
  return result.arms.flatMap((arm) => {
    const rows = besideRows(arm);
    if (rows.length === 0) return [];
    const table = textTable(BESIDE_COLUMNS, rows).split("\n");
    return [`  ${arm.label}`, ...table.map((line) => `    ${line}`), ""];
  });
}

function surprises(result: ScenarioResult, columns: number, style: TextStyle): string[] {
  const found = unexpected(result);
  if (found.length === 0) return [];
  const lines = found.flatMap(({ arm, assertion }) =>
    wrapItem("✗", `${arm}: ${surpriseText(result, arm, assertion)}`, columns, "  "),
  );
  return [style.bad(`${result.id}: not as predicted`), ...lines, ""];
}

function surpriseText(result: ScenarioResult, arm: string, assertion: Assertion): string {
  const about = aboutOf(result, arm, assertion);
  return `${assertionText(assertion)}${about === null ? "" : ` [${about}]`}`;
}

function skips(scenarios: readonly ScenarioResult[], columns: number): string[] {
  const lines = scenarios.flatMap((one) => {
    if (one.status === "skipped") return wrapItem("–", `${one.id}: ${one.reason}`, columns, "  ");
    return one.arms
      .filter(({ status }) => status === "skipped")
      .flatMap((arm) => wrapItem("–", `${one.id} ${arm.name}: ${arm.reason}`, columns, "  "));
  });
  return lines.length === 0 ? [] : ["Skipped:", ...lines, ""];
}

function scaleText({ run, scenarios }: LabReport): string {
  const isScaled = ({ scaled, arms }: ScenarioResult): boolean =>
    scaled && arms.some(({ side, status }) => side !== "cluster" && status === "run");
  if (!scenarios.some(isScaled)) return "";
  return ` Scenarios about time ran at scale ${run.scale}: a nominal second took ${run.scale} s.`;
}
