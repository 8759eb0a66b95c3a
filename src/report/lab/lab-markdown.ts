import type { ArmResult, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { type Column, markdownTable } from "#report/table.js";
import { BESIDE_COLUMNS, besideRows } from "./beside-words.js";
import { assertionText, headlineText, machineLine, measureText, summaryText } from "./lab-words.js";

/** A run for a merge request or a wiki. */
export function labMarkdown({ run, scenarios }: LabReport): string {
  const rows = scenarios.map((one) => [
    one.id,
    one.title,
    headlineText(one),
    one.headline.about,
    one.verdict,
    one.prediction,
  ]);
  return [
    "# hotpod lab",
    "",
    `${machineLine(run)} ${summaryText(scenarios)}.`,
    "",
    markdownTable(COLUMNS, rows),
    "",
    ...scenarios.flatMap(scenarioLines),
  ].join("\n");
}

const left = (title: string): Column => ({ title, align: "left" });

const COLUMNS: readonly Column[] = [
  ...[left(""), left("claim"), left("before → after"), left("")],
  ...[left("verdict"), left("prediction")],
];

/** One scenario with all that was measured. */
export function scenarioLines(result: ScenarioResult): readonly string[] {
  const { id, title, claim, verdict, correction, advice, reason } = result;
  const head = [`## ${id} ${title}`, "", `Claim: ${claim}`, ""];
  if (result.status === "skipped") return [...head, `Skipped: ${reason}`, ""];
  return [
    ...head,
    `**${verdict}**${correction === null ? "" : `: ${correction}`}`,
    "",
    ...advice.map((one) => `- ${one}`),
    "",
    ...result.arms.flatMap(armLines),
    ...result.assertions.map((one) => `- ${one.ok ? "✓" : "✗"} ${assertionText(one)}`),
  ];
}

export function armLines(arm: ArmResult): readonly string[] {
  const { side, label, status, reason, measures, assertions } = arm;
  const head = [`### ${side}: ${label}`, ""];
  if (status === "skipped") return [...head, `Skipped: ${reason}`, ""];
  const rows = Object.values(measures).map((measure) => [measure.about, measureText(measure)]);
  const failed = assertions.filter(({ ok }) => !ok);
  return [
    ...head,
    ...(reason === null ? [] : [reason, ""]),
    markdownTable([left("measured"), left("")], rows),
    "",
    ...besideLines(arm),
    `Predictions: ${assertions.length - failed.length} of ${assertions.length} held.`,
    ...failed.map((one) => `- ✗ ${assertionText(one)}`),
    "",
  ];
}

function besideLines(arm: ArmResult): readonly string[] {
  const rows = besideRows(arm);
  return rows.length === 0 ? [] : [markdownTable(BESIDE_COLUMNS, rows), ""];
}
