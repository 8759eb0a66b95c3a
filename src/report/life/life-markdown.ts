import type { LifeReport } from "#model/life/life-report.js";
import { type Column, markdownTable } from "#report/table.js";
import { LANES_LEGEND, textLanes } from "#report/timeline/text-lanes.js";
import { comparisonColumns, comparisonRows, conclusion } from "./comparison-text.js";
import { drawingOf, laneColumns } from "./lanes/life-drawing.js";
import { figureRows, hazardLines, originText, verdict } from "./life-text.js";

const COLUMNS = 100;

/** Simulations as GitHub-flavoured Markdown: for a pull request or a run book. */
export function lifeMarkdown(reports: readonly LifeReport[]): string {
  const [first] = reports;
  if (first === undefined) return "";
  const head = [`# ${plain(first.title)}: what its life would be`];
  const comparison =
    reports.length < 2
      ? []
      : [
          "## Side by side",
          markdownTable(comparisonColumns(reports), comparisonRows(reports)),
          plain(conclusion(reports)),
        ];
  return `${[...head, ...comparison, ...reports.flatMap(section)].join("\n\n")}\n`;
}

function section(report: LifeReport): string[] {
  const { tool, hazards, inputs, missing, totals, drawn } = report;
  const found = hazards.map((hazard) => {
    const [what, ...more] = hazardLines(report, hazard);
    return `- **${plain(what ?? "")}** ${plain(more.join(" "))}`;
  });
  const drawing = drawingOf(report);
  return [
    `## ${plain(tool)}`,
    plain(verdict(report)),
    ...(found.length > 0 ? [found.join("\n")] : []),
    `### Time-line (${plain(drawn)})`,
    `\`\`\`text\n${textLanes(drawing, laneColumns(drawing, COLUMNS))}\n${LANES_LEGEND}\n\`\`\``,
    "### Figures",
    markdownTable(
      [left(""), { title: plain(tool), align: "right" }],
      figureRows(report).map(([name, value]) => [name.trim(), value]),
    ),
    `Figures: ${originText(totals.requestsOrigin)}.`,
    "### Inputs",
    markdownTable(
      [left("input"), left("value"), left("source")],
      inputs.map(({ name, value, source }) => [name, value, source].map(plain)),
    ),
    ...(missing.length === 0
      ? []
      : [
          "### Not said, for want of an input",
          missing.map(({ input, unsaid }) => `- \`${input}\`: ${plain(unsaid)}`).join("\n"),
        ]),
  ];
}

const left = (title: string): Column => ({ title, align: "left" });

/** Text that Markdown and the HTML in it leave as it is. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, (c) =>
    c === "<" ? "&lt;" : c === ">" ? "&gt;" : `\\${c}`,
  );
}
