import { UserError } from "#base/user-error.js";
import type { Format, SimulateOptions } from "#cli/simulate/simulate-options.js";
import { writeOutput } from "#edge/input-files.js";
import type { LineWriter } from "#edge/line-writer.js";
import type { LifeReport } from "#model/life/life-report.js";
import { comparisonText } from "#report/life/comparison-text.js";
import { lifeHtml } from "#report/life/life-html.js";
import { lifeMarkdown } from "#report/life/life-markdown.js";
import { lifeMermaid } from "#report/life/life-mermaid.js";
import { lifeText } from "#report/life/life-text.js";

/** Columns where nobody says how wide the terminal is. */
export const WIDTH = 100;

/** Prints the reports, or writes them to `--out` and says so. */
export async function renderReports(
  reports: readonly LifeReport[],
  { format, out: file, width }: SimulateOptions,
  out: LineWriter,
): Promise<void> {
  const columns = width ?? WIDTH;
  if (file === null) {
    for (const part of parts(reports, format, columns)) await out.data(part);
    await out.drained();
    return;
  }
  writeReport(file, [...parts(reports, format, columns)].map((part) => `${part}\n`).join(""));
  out.write(`wrote ${file}`);
}

/** Without the last newline of each: a page, a chart, or a line of a stream. */
function* parts(
  reports: readonly LifeReport[],
  format: Format,
  columns: number,
): Generator<string> {
  switch (format) {
    case "json":
      for (const report of reports) yield* stream(report);
      return;
    case "md":
      yield lifeMarkdown(reports).trimEnd();
      return;
    case "html":
      yield lifeHtml(reports).trimEnd();
      return;
    case "mermaid":
      for (const report of reports) yield lifeMermaid(report).trimEnd();
      return;
    case "text":
      for (const report of reports) yield `${lifeText(report, columns)}\n`;
      if (reports.length > 1) yield comparisonText(reports, columns);
  }
}

/** One event a line; the last line of each tool holds its figures and hazards. */
function* stream(report: LifeReport): Generator<string> {
  const { events, spans: _, ...rest } = report;
  for (const event of events) yield JSON.stringify({ tool: report.tool, ...event });
  yield JSON.stringify({ schema: "hotpod.simulation/v1", ...rest });
}

export function writeReport(file: string, text: string): void {
  const written = writeOutput(file, text);
  if (written.ok) return;
  throw new UserError({
    code: "unwritable-output",
    message: `${file} cannot be written: ${written.error.code}`,
    hint: "Name a file in a folder that exists and that this user may write to.",
  });
}
