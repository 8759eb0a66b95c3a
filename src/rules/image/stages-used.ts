import type { DockerStage } from "#manifest/dockerfile/read-dockerfile.js";

/** The stages that the last one is built on or takes files from, and itself, in the file's order. */
export function stagesUsed(stages: readonly DockerStage[]): readonly DockerStage[] {
  const used = new Set<number>();
  const open = [stages.length - 1];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const stage = stages[at];
    if (stage === undefined || used.has(at)) continue;
    used.add(at);
    if (stage.parent !== null) open.push(stage.parent);
    open.push(...sourcesOf(stage, stages, at));
  }
  return stages.filter((_, index) => used.has(index));
}

/** Of `COPY --from=` and `RUN --mount=…,from=`: earlier stages, by name or number. */
function sourcesOf(
  { instructions }: DockerStage,
  stages: readonly DockerStage[],
  at: number,
): number[] {
  return instructions.flatMap(({ flags }) =>
    flags.flatMap((flag) => {
      const [, from] =
        /^--from=(.+)$/.exec(flag) ?? /^--mount=(?:.*,)?from=([^,]+)/.exec(flag) ?? [];
      if (from === undefined) return [];
      const plain = from.replace(/["']/g, "").toLowerCase();
      const named = stages.slice(0, at).findLastIndex(({ name }) => name?.toLowerCase() === plain);
      if (named >= 0) return [named];
      return /^\d+$/.test(plain) && Number(plain) < at ? [Number(plain)] : [];
    }),
  );
}
