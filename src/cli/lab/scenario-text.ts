import { podsOf } from "#lab/cluster/catalogue.js";
import { exprOf, type Prediction } from "#lab/judge/prediction.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import { LETTERS, SHOWN_UNITS } from "#report/lab/lab-words.js";
import { textTable } from "#report/table.js";
import { wrapItem, wrapText } from "#report/text/wrap-text.js";

const COLUMNS = 100;

export function listText(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map(({ id, title, arms, needs, budgetSeconds, tags }) => {
    const all = [...new Set([...needs, ...arms.flatMap((arm) => arm.needs)])];
    const pods = podsOf(id) === null ? "" : "yes";
    return [id, title, all.join(", "), `${budgetSeconds}`, pods, tags.join(", ")];
  });
  const left = (title: string) => ({ title, align: "left" as const });
  const columns = [left(""), left(""), left("needs"), { title: "s", align: "right" as const }];
  return textTable([...columns, left("--context"), left("tags")], rows);
}

/** All there is to know of one scenario before it is run. */
export function showText(scenario: Scenario): string {
  const { id, title, claim, story, correction, advice, rules, settings, byHand } = scenario;
  const section = (name: string, text: string): string[] => [
    "",
    name,
    ...wrapText(text, COLUMNS, "  "),
  ];
  return [
    `${id}  ${title}`,
    ...section("Claim", claim),
    ...section("Before", story.before),
    ...section("After", story.after),
    ...(correction === null ? [] : section("What was found", correction)),
    "",
    "What to do",
    ...advice.flatMap((one) => wrapItem("→", one, COLUMNS, "  ")),
    "",
    `Rules of hotpod check: ${rules.join(", ") || "none"}. Settings of hotpod run: ${settings.join(", ") || "none"}.`,
    "",
    "Measured",
    ...Object.entries(scenario.measures).flatMap(([key, { about, unit }]) =>
      wrapItem(
        "·",
        `${key}: ${about}${SHOWN_UNITS.includes(unit) ? ` (${unit})` : ""}`,
        COLUMNS,
        "  ",
      ),
    ),
    "",
    "Predicted",
    ...wrapText(LETTERS, COLUMNS, "  "),
    ...scenario.arms.flatMap(armLines),
    ...scenario.predictions.flatMap(predictionLines),
    ...podLines(id),
    "",
    "By hand",
    ...byHand.split("\n").map((line) => `  ${line}`.trimEnd()),
  ].join("\n");
}

function podLines(id: string): string[] {
  const arms = podsOf(id)?.arms ?? [];
  if (arms.length === 0) return [];
  const lines = arms.flatMap(({ name, label, full, predictions }) => [
    `  ${name}${full === true ? " (only with --full)" : ""}: ${label}`,
    ...predictions.flatMap(predictionLines),
  ]);
  return ["", "Predicted of pods in a cluster (--context)", ...lines];
}

function armLines({ name, side, label, needs, predictions }: Arm): string[] {
  const extra = needs.length === 0 ? "" : `; needs ${needs.join(", ")}`;
  return [`  ${name} (${side}${extra}): ${label}`, ...predictions.flatMap(predictionLines)];
}

function predictionLines(prediction: Prediction): string[] {
  return wrapItem("·", `${exprOf(prediction)}: ${prediction.because}`, COLUMNS, "    ");
}
