import type { ArmResult, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { type Column, markdownTable } from "#report/table.js";
import { BESIDE_COLUMNS, besideRows } from "./beside-words.js";
import {
  assertionText,
  headlineText,
  KUBELET,
  LETTERS,
  machineLine,
  measureRows,
  nominalText,
  programsText,
  summaryText,
} from "./lab-words.js";
import type { StoryOf } from "./story.js";

/** A run for a merge request or a wiki; with what was done in each scenario. */
export function labMarkdown({ run, scenarios }: LabReport, storyOf: StoryOf): string {
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
    ...withLine(programsText(run.needs)),
    "",
    `${KUBELET} ${nominalText(run.scale)} ${LETTERS}`,
    "",
    markdownTable(COLUMNS, rows),
    "",
    ...scenarios.flatMap((one) => scenarioLines(one, storyOf)),
  ].join("\n");
}

/** Lines of a paragraph that may be without it. */
const withLine = (text: string): readonly string[] => (text === "" ? [] : [text]);

const left = (title: string): Column => ({ title, align: "left" });

const COLUMNS: readonly Column[] = [
  ...[left(""), left("claim"), left("before → after"), left("")],
  ...[left("verdict"), left("prediction")],
];

/** One scenario with all that was measured. */
function scenarioLines(result: ScenarioResult, storyOf: StoryOf): readonly string[] {
  const { id, title, claim, verdict, correction, advice, reason } = result;
  const story = storyOf(id);
  const done = story === null ? [] : [`Before: ${story.before}`, "", `After: ${story.after}`, ""];
  const head = [`## ${id} ${title}`, "", `Claim: ${claim}`, "", ...done];
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
  const { name, side, label, status, reason, assertions } = arm;
  const head = [`### ${side}: ${label} (\`${name}\`)`, ""];
  if (status === "skipped") return [...head, `Skipped: ${reason}`, ""];
  const rows = measureRows(arm).map(([about = "", value = "", key = ""]) => [
    ...[about, value, `\`${key}\``],
  ]);
  const failed = assertions.filter(({ ok }) => !ok);
  return [
    ...head,
    ...(reason === null ? [] : [reason, ""]),
    markdownTable([left("measured"), left(""), left("name")], rows),
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
