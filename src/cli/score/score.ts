import { UserError } from "#base/user-error.js";
import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject } from "#cli/check/load-project.js";
import { problemsOf } from "#cli/check/report-of.js";
import type { CommandContext } from "#cli/command-line.js";
import { WIDTH } from "#cli/simulate/forms/render-reports.js";
import { type ScoreReport, scoreText } from "#report/score/score-text.js";
import { RULES } from "#rules/catalogue.js";
import { scoreWorkload } from "#rules/score/score-workload.js";

export const SCORE_SCHEMA = "hotpod.score/v1";

/** `hotpod score`: 0 scored, 2 something could not be read. */
export async function scoreCommand({ argv, out }: CommandContext): Promise<number> {
  const options = readCheckOptions(argv);
  if (options.help || (options.paths.length === 0 && options.context === null)) {
    out.write(scoreHelp());
    return options.help ? 0 : 2;
  }
  const loaded = loadProject(options);
  const reports = loaded.project.workloads.flatMap((workload): ScoreReport[] => {
    const score = scoreWorkload(workload, RULES);
    if (score === null) return [];
    const { workload: _, ...rest } = score;
    const { kind, namespace, name } = workload.workload;
    return [{ kind, namespace, name, ...rest }];
  });
  const problems = problemsOf(loaded);
  if (options.format === "json") {
    await out.data(JSON.stringify({ schema: SCORE_SCHEMA, workloads: reports, problems }, null, 2));
  } else if (reports.length === 0) throw nothingHot(loaded.project.workloads.length);
  else {
    const unread = problems.map(({ where, what }) => `unread ${where}: ${what}`);
    await out.data([scoreText(reports, WIDTH), ...unread].join("\n"));
  }
  await out.drained();
  return problems.length > 0 ? 2 : 0;
}

function nothingHot(workloads: number): UserError {
  return new UserError({
    code: "nothing-hot",
    message: `none of ${workloads} workloads is updated while it runs`,
    hint: "A container is when its command is a reload tool or hotpod run, or its pod template has the annotation hotpod.dev/hot-path.",
  });
}

export const scoreHelp =
  (): string => `How well does a service bear hot updates? 19 indicators, 0 to 100.

  hotpod score FILE|FOLDER|- … [flags]

It reads what hotpod check reads, with the same flags: --timing, --timings, --settings, --reload-config, --dockerfile, --assume-single,
--context, --namespace, --profile, --kube-version. --format text|json.

The lowest comes first. The range says what the score would be if all that is unknown were lost, or earned; below 60 % of known points a
score stands in brackets, and has to be measured first. An error that keeps pods from running caps it at 59, one of exposure at 69.
85 and more: ready; 60: usable; 40: fix first.`;
