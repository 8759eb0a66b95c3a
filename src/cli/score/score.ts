import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { WIDTH, writeReport } from "#cli/simulate/forms/render-reports.js";
import { scoreHtml } from "#report/score/score-html.js";
import { scoreJson } from "#report/score/score-json.js";
import type { ScoreReport } from "#report/score/score-report.js";
import { scoreText } from "#report/score/score-text.js";
import { explained } from "./explain.js";
import { loadScores } from "./load-scores.js";
import { olderScores } from "./older-scores.js";
import { scoreHelp } from "./score-help.js";
import { readScoreOptions, type ScoreOptions } from "./score-options.js";
import { scoreReportOf } from "./score-report-of.js";

/** `hotpod score`: 0 scored, 1 a service is below `--fail-under`, 2 something could not be read. 2 wins over 1. */
export async function scoreCommand({ argv, out }: CommandContext): Promise<number> {
  const options = readScoreOptions(argv);
  if (options.help || (options.paths.length === 0 && options.context === null)) {
    out.write(scoreHelp());
    return options.help ? 0 : 2;
  }
  const older = options.previous === null ? null : olderScores(options.previous);
  const scores = loadScores(options);
  if (options.explain.length > 0) {
    await out.data(explained(scores, options.explain, WIDTH));
    await out.drained();
    return 0;
  }
  const report = scoreReportOf(scores, older);
  const { workloads } = scores.loaded.project;
  if (report.services.length === 0 && report.problems.length === 0 && options.format !== "json") {
    throw nothingHot(workloads.length);
  }
  const text = rendered(report, options);
  if (options.out !== null) {
    writeReport(options.out, `${text}\n`);
    out.write(`wrote ${options.out}`);
  } else await out.data(text);
  await out.drained();
  return exitCode(report, options);
}

function rendered(report: ScoreReport, { format }: ScoreOptions): string {
  switch (format) {
    case "json":
      return scoreJson(report);
    case "html":
      return scoreHtml(report).trimEnd();
    case "text":
      return scoreText(report, WIDTH);
  }
}

export function exitCode(
  { problems, services }: Pick<ScoreReport, "problems" | "services">,
  { failUnder, strictRange }: Pick<ScoreOptions, "failUnder" | "strictRange">,
): number {
  if (problems.length > 0) return 2;
  if (failUnder === null) return 0;
  return services.some(({ total, range }) => (strictRange ? range[0] : total) < failUnder) ? 1 : 0;
}

function nothingHot(workloads: number): UserError {
  return new UserError({
    code: "nothing-hot",
    message: `none of ${workloads} workloads is updated while it runs`,
    hint: "A container is when its command is a reload tool or hotpod run, or its pod template has the annotation hotpod.dev/hot-path.",
  });
}
