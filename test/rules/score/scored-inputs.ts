import { type InputFile, readInputs } from "#cli/check/load-project.js";
import { type LoadedScores, scoresOf } from "#cli/score/load-scores.js";
import { readScoreOptions, type ScoreOptions } from "#cli/score/score-options.js";
import type { WorkloadScore } from "#rules/score/score-workload.js";
import { fixtures } from "#test/rules/fixture-files.js";

/** What a command line names, read and not judged yet. */
export interface ScoredInput {
  readonly name: string;
  readonly options: ScoreOptions;
  readonly files: readonly InputFile[];
}

/** The examples of all rules: hundreds of small manifests, each with something of its own. */
export function exampleInputs(): readonly ScoredInput[] {
  return fixtures().map(({ rule, name, argv }) => {
    const options = readScoreOptions(argv);
    return { name: `${rule} ${name}`, options, files: readInputs(options) };
  });
}

export function scoredWith(
  { options }: Pick<ScoredInput, "options">,
  files: readonly InputFile[],
  log: readonly string[] | null = null,
): LoadedScores {
  return scoresOf(options, files, () => log);
}

/** The state of every group by its name. */
export function statesOf({ indicators }: WorkloadScore): ReadonlyMap<string, string> {
  return new Map(indicators.flatMap(({ groups }) => groups.map(({ id, state }) => [id, state])));
}
