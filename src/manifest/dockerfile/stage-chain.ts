import type { DockerStage } from "./read-dockerfile.js";

/** A stage and those it is built on, from itself down to the one on an image. A name that is no earlier stage is an image. */
export function chainOf(
  stages: readonly DockerStage[],
  stage: DockerStage,
): readonly DockerStage[] {
  const chain = [stage];
  for (let at = stage.parent; at !== null; at = stages[at]?.parent ?? null) {
    const found = stages[at];
    if (found !== undefined) chain.push(found);
  }
  return chain;
}
