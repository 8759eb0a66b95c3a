import { podsOf } from "#lab/cluster/catalogue.js";
import type { ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { exprOf, type Prediction } from "#lab/judge/prediction.js";
import type { Scenario } from "#lab/scenario.js";
import type { ArmResult, LabReport } from "#model/lab/lab-report.js";
import { armLines } from "#report/lab/lab-markdown.js";
import { machineLine, summaryText } from "#report/lab/lab-words.js";

/** Of the recorded run. */
const COMMAND =
  "hotpod lab --full --context node --image hotpod.local/e2e:1 --format json --out FOLDER";

/** What real pods of a cluster did, claim by claim, beside the model of the kubelet. */
export function clusterPage(scenarios: readonly Scenario[], recorded: LabReport): string {
  const sections = scenarios.flatMap((scenario) => {
    const pods = podsOf(scenario.id);
    return pods === null ? [] : section(scenario, pods, recorded);
  });
  return [
    "# What real pods of a cluster did",
    "",
    "Written by `npm run generate` from a recorded run of [`hotpod lab --context`](../lab.md) on the node of the [end-to-end tests](../e2e.md):",
    "",
    "```",
    ...[COMMAND, "node tools/record-lab.mjs --cluster FOLDER/lab.json", "```"],
    "",
    `${machineLine(recorded.run)} ${summaryText(recorded.scenarios)}.`,
    "",
    "Each pod stands beside the same pod in hotpod's model of the kubelet: the range from the earliest to the latest that a manifest leaves",
    "open. Times in the cluster are the node's, in whole seconds; several pods of one kind, several times.",
    "",
    ...sections,
  ].join("\n");
}

function section(
  { id, title, claim }: Scenario,
  pods: ClusterScenario,
  { scenarios }: LabReport,
): readonly string[] {
  const result = scenarios.find((one) => one.id === id);
  const verdict = result?.verdict ?? "not recorded";
  return [
    `## ${id}: ${title}`,
    "",
    `**Claim.** ${claim} [More](${id}.md)`,
    "",
    ...(pods.verdicts.length === 0 ? [] : [`**Verdict of the pods alone.** ${verdict}.`, ""]),
    ...pods.arms.flatMap(({ name, label, predictions }) => {
      const arm = result?.arms.find((one) => one.name === name);
      return [...measured(arm, label), ...predictions.map(predictionLine), ""];
    }),
  ];
}

const measured = (arm: ArmResult | undefined, label: string): readonly string[] =>
  arm === undefined ? [`### cluster: ${label}`, "", "Not recorded.", ""] : armLines(arm);

const predictionLine = (prediction: Prediction): string =>
  `- \`${exprOf(prediction)}\`: ${prediction.because}`;
