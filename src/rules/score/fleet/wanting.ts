import type { Input, Missing } from "#rules/rule/outcome.js";
import type { WorkloadScore } from "#rules/score/score-workload.js";

/** An input that is missing, and how much of the score it would decide. */
export interface Wanting {
  readonly say: string;
  /** Points of the total. */
  readonly points: number;
}

/** Some inputs are closed together, by one file. */
const TOGETHER: Partial<Record<Input, string>> = {
  T: "--timings timings.json, as hotpod run writes it",
  D: "--dockerfile FILE with --assume-single, or the annotation hotpod.dev/dockerfile",
  N: "the Services of the namespace, in the files or by --context",
  R: "the reload tool's configuration: --reload-config FILE",
};

/** What is missing, by what would close it; the one that decides most comes first. */
export function wantingOf({
  indicators,
  verdicts,
}: Pick<WorkloadScore, "indicators" | "verdicts">): readonly Wanting[] {
  const sums = new Map<string, number>();
  for (const { weight, groups } of indicators) {
    const all = groups.reduce((sum, { points }) => sum + points, 0);
    for (const { state, points, answer, rules } of groups) {
      const ofRules = rules.flatMap((rule) => verdicts.of(rule)?.missing ?? []);
      const [first] = answer?.missing ?? ofRules;
      if (state !== "unknown" || first === undefined) continue;
      const say = wordsOf(first);
      sums.set(say, (sums.get(say) ?? 0) + (weight * points) / all);
    }
  }
  return [...sums]
    .map(([say, points]) => ({ say, points }))
    .toSorted((a, b) => b.points - a.points || (a.say < b.say ? -1 : 1));
}

function wordsOf({ input, say }: Missing): string {
  return say.includes("--logs") ? say : (TOGETHER[input] ?? say);
}
