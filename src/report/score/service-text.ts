import { textTable } from "#report/table.js";
import { printable } from "#report/text/printable.js";
import { wrapText } from "#report/text/wrap-text.js";
import { percentText, type ServiceScore } from "./score-report.js";
import { planText, stepText } from "./score-words.js";

/** Every indicator of one service, and its steps with their patches. */
export function serviceText(service: ServiceScore, columns: number): string {
  return [indicatorTable(service, columns), planLines(service, columns), wantingLines(service)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function indicatorTable({ indicators }: ServiceScore, columns: number): string {
  const rows = indicators.map(({ id, name, weight, score, coverage, groups }) => [
    id,
    name,
    String(weight),
    score === null ? "–" : String(Math.round(score)),
    percentText(coverage),
    groups
      .filter(({ state }) => state === "lost" || state === "partly")
      .map((group) => (group.rules.length === 0 ? group.name : group.rules.join("+")))
      .join(", "),
  ]);
  const table = textTable(
    [
      { title: "", align: "left" },
      { title: "indicator", align: "left" },
      { title: "weight", align: "right" },
      { title: "score", align: "right" },
      { title: "known", align: "right" },
      { title: "lost", align: "left" },
    ],
    rows,
  );
  const note =
    "–: too little is known of it, so it is left out and the weights of the others count. --explain M06 says more of one.";
  return [table, ...wrapText(note, columns)].join("\n");
}

function planLines(service: ServiceScore, columns: number): string {
  const { list, steps } = service;
  if (list !== "fix first" && steps.length === 0) return "";
  const lines = steps.flatMap((step, index) => {
    const [first = "", ...more] = wrapText(printable(stepText(step)), columns - 5);
    const where = step.place === null ? [] : [`${step.place.file}:${step.place.line}`];
    return [
      `  ${index + 1}. ${first}`,
      ...more.map((line) => `     ${line}`),
      `     ${[`${step.from} → ${step.to}`, ...where].map(printable).join("  ")}`,
      ...step.patch.flatMap(({ diff }) =>
        diff.split("\n").map((line) => `     │ ${printable(line)}`),
      ),
    ];
  });
  const head = list === "fix first" ? planText(service) : "The cheapest next step";
  return [head, ...lines].join("\n");
}

function wantingLines({ wanting }: ServiceScore): string {
  if (wanting.length === 0) return "";
  const lines = wanting.map(
    ({ say, points }) => `  ${points.toFixed(1)} points: ${printable(say)}`,
  );
  return ["Not known, for want of an input", ...lines].join("\n");
}
