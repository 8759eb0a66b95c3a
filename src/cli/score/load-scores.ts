import {
  type InputFile,
  type LoadedProject,
  projectOf,
  readInputs,
} from "#cli/check/load-project.js";
import { RULES } from "#rules/catalogue.js";
import { standings } from "#rules/judge/set-aside.js";
import { countingRules } from "#rules/score/counting-rules.js";
import { byName } from "#rules/score/fleet/plan-fleet.js";
import { INDICATORS } from "#rules/score/indicators/indicators.js";
import { scoreWorkload, type WorkloadScore } from "#rules/score/score-workload.js";
import type { ChangeContext } from "#rules/score/steps/change-state.js";
import { filesBeforeCluster } from "./files-before-cluster.js";
import { logSamples } from "./log-samples.js";
import { podLogs } from "./pod-logs.js";
import { rebuilder } from "./rebuilder.js";
import type { ScoreOptions } from "./score-options.js";

export interface LoadedScores {
  readonly loaded: LoadedProject;
  readonly context: ChangeContext;
  /** Sorted by namespace, kind and name. */
  readonly scores: readonly WorkloadScore[];
  /** What was decided about the input, in sentences. */
  readonly notes: readonly string[];
}

export const WEIGHTS: Readonly<Record<string, number>> = Object.fromEntries(
  INDICATORS.map(({ id, weight }) => [id, weight]),
);

export function loadScores(options: ScoreOptions): LoadedScores {
  const { files, notes } = filesBeforeCluster(readInputs(options));
  const given = logSamples(options.logs);
  const asked = options.podLogs ? podLogs(options.context ?? "") : () => null;
  const logOf: ChangeContext["logOf"] = (workload) => given(workload) ?? asked(workload);
  return { ...scoresOf(options, files, logOf), notes };
}

export function scoresOf(
  options: Pick<ScoreOptions, keyof Parameters<typeof projectOf>[0]>,
  files: readonly InputFile[],
  logOf: ChangeContext["logOf"],
): LoadedScores {
  const loaded = projectOf(options, files);
  const context: ChangeContext = {
    rules: COUNTING,
    weights: { ...WEIGHTS, ...loaded.section.weights },
    logOf,
    goSums: files.filter(({ kind }) => kind === "gosum"),
    dockerIgnores: files.filter(({ kind }) => kind === "dockerignore"),
    standing: standings(loaded.project, loaded.texts),
    table: loaded.table,
    texts: loaded.texts,
    rebuilt: rebuilder(options, files),
  };
  const scores = loaded.project.workloads
    .flatMap((workload) => scoreWorkload(workload, context) ?? [])
    .toSorted((a, b) => byName(a.workload, b.workload));
  return { loaded, context, scores, notes: [] };
}

const COUNTING = countingRules(RULES);
