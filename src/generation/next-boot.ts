import type { Artifact } from "#model/generation.js";
import type { State } from "./state.js";

/** What the next container start will run; null: it will be built from what the image's sources say. */
export function nextBoot(state: State): Artifact | null {
  return state.policy.boot === "last-good" && state.lastGood !== null
    ? state.lastGood
    : state.boot.image;
}

/** True when this is not what the image holds: a new pod runs another. On a terminal nothing but a build is the image. */
export function drifted(state: State, running: Artifact): boolean {
  const { image, baseline } = state.boot;
  if (image !== null) return image.id !== running.id;
  if (state.facts.terminal || baseline.kind === "awaited") return false;
  return running.content !== baseline.content;
}
