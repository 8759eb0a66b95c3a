import { podsOf } from "#lab/cluster/catalogue.js";
import { exprOf, type Prediction } from "#lab/judge/prediction.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { FoundNeed, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { armLines } from "#report/lab/lab-markdown.js";
import {
  headlineText,
  KUBELET,
  LETTERS,
  machineLine,
  nominalText,
  programsText,
  summaryText,
} from "#report/lab/lab-words.js";
import { type Column, markdownTable } from "#report/table.js";

const CHAPTERS = [
  "Probes, init containers and reload tools",
  "Principles and limits of the run time",
  "Failures reproduced",
  "A design for production",
] as const;

const left = (title: string): Column => ({ title, align: "left" });

/** Every claim with its scenario, its verdict in the recorded run, and what finds or prevents it. */
export function labIndex(scenarios: readonly Scenario[], recorded: LabReport): string {
  const chapters = CHAPTERS.flatMap((title, index) => {
    const own = scenarios.filter(({ chapter }) => chapter === index + 1);
    if (own.length === 0) return [];
    const rows = own.map((one) => indexRow(one, resultOf(one, recorded)));
    return [`## Chapter ${index + 1}: ${title}`, "", markdownTable(INDEX, rows), ""];
  });
  return [
    "# Claims about hot update, and what was found",
    "",
    "Written by `npm run generate` from the scenarios of [`hotpod lab`](../lab.md). The verdicts are those of a recorded run:",
    `${machineLine(recorded.run)} ${summaryText(recorded.scenarios)}.`,
    ...recordedWith(recorded.run.needs),
    "It was recorded by `hotpod lab --format json --out FOLDER` and `node tools/record-lab.mjs FOLDER/lab.json`.",
    `${KUBELET} \`hotpod lab\` finds out on your machine. What [real pods of a cluster](cluster.md) did stands apart.`,
    "",
    ...chapters,
  ].join("\n");
}

const INDEX = [
  left("claim"),
  left("scenario"),
  left("verdict"),
  left("before → after"),
  left("rules"),
  left("settings"),
];

function indexRow(scenario: Scenario, result: ScenarioResult | null): readonly string[] {
  const { id, claim, rules, settings } = scenario;
  return [
    claim,
    `[${id}](${id}.md)`,
    result?.verdict ?? "not recorded",
    result === null ? "" : `${headlineText(result)} ${result.headline.about}`,
    ruleLinks(rules),
    settings.map((one) => `\`${one}\``).join(", "),
  ];
}

/** All there is to know of one scenario, with what a recorded run has measured. */
export function scenarioPage(scenario: Scenario, recorded: LabReport): string {
  const { id, title, claim, story, correction, advice, rules, settings, byHand } = scenario;
  const result = resultOf(scenario, recorded);
  const lines = [
    `# ${id}: ${title}`,
    "",
    `Written by \`npm run generate\`. [All claims](README.md)`,
    "",
    `**Claim.** ${claim}`,
    "",
    `**Verdict.** ${result?.verdict ?? "not recorded"}${correction === null ? "." : `: ${correction}`}`,
    "",
    "**What to do.**",
    "",
    ...advice.map((one) => `- ${one}`),
    "",
    `Rules of \`hotpod check\`: ${ruleLinks(rules) || "none"}. Settings of \`hotpod run\`: ${settings.map((one) => `\`${one}\``).join(", ") || "none"}.`,
    "",
    "## What is done",
    "",
    `**Before.** ${story.before}`,
    "",
    `**After.** ${story.after}`,
    "",
    `Run it: \`hotpod lab ${id}\`. It needs ${needsOf(scenario)}.${podsLine(id)}`,
    "",
    "## What is predicted",
    "",
    `The tables below say what each name stands for. ${LETTERS}`,
    "",
    ...scenario.arms.flatMap(predictedLines),
    ...acrossLines(scenario),
    "## What a recorded run has measured",
    "",
    `${machineLine(recorded.run)}${scenario.timed ? ` ${nominalText(recorded.run.scale)}` : ""}`,
    ...recordedWith(recorded.run.needs.filter(({ need }) => needNames(scenario).includes(need))),
    "",
    ...(result?.arms.flatMap(armLines) ?? ["Not recorded.", ""]),
    "## By hand",
    "",
    "```bash",
    byHand,
    "```",
    "",
  ];
  return lines.join("\n");
}

function predictedLines({ underDockershim = [], ...arm }: Arm): readonly string[] {
  const { name, side, label, predictions } = arm;
  const counts =
    underDockershim.length === 0
      ? []
      : ["the same with `--cri dockershim`", "", ...underDockershim.map(predictionLine), ""];
  return [`${side}: ${label} (\`${name}\`)`, "", ...predictions.map(predictionLine), "", ...counts];
}

/** Predictions that compare arms by their names. */
function acrossLines({ predictions }: Scenario): readonly string[] {
  if (predictions.length === 0) return [];
  return ["one arm beside another", "", ...predictions.map(predictionLine), ""];
}

const predictionLine = (prediction: Prediction): string =>
  `- \`${exprOf(prediction)}\`: ${prediction.because}`;

/** The scenario's own needs, and those of some of its arms. */
const needNames = ({ needs, arms }: Scenario): readonly string[] => [
  ...new Set([...needs, ...arms.flatMap((arm) => arm.needs)]),
];

/** With which programs the run was recorded; none: the record does not say. */
function recordedWith(needs: readonly FoundNeed[]): readonly string[] {
  const text = programsText(needs);
  return text === "" ? [] : [`Recorded ${text.charAt(0).toLowerCase()}${text.slice(1)}`];
}

function needsOf(scenario: Scenario): string {
  const { needs, budgetSeconds } = scenario;
  const known: readonly string[] = needs;
  const some = needNames(scenario).filter((need) => !known.includes(need));
  const extra = some.map((need) => `${need} (for some arms)`);
  return `${[...needs, ...extra].join(", ")}, and some ${budgetSeconds} s`;
}

const podsLine = (id: string): string =>
  podsOf(id) === null
    ? ""
    : ` What [real pods](cluster.md) did: \`hotpod lab ${id} --context NAME\`.`;

const ruleLinks = (rules: readonly string[]): string =>
  rules.map((rule) => `[${rule}](../rules/${rule}.md)`).join(", ");

const resultOf = ({ id }: Scenario, { scenarios }: LabReport): ScenarioResult | null =>
  scenarios.find((one) => one.id === id) ?? null;
