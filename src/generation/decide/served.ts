import type { Draft } from "#generation/draft.js";
import { update } from "#generation/draft.js";
import type { Next, Start } from "#generation/place.js";
import { candidateRun } from "#generation/places.js";
import type { State } from "#generation/state.js";
import type { Artifact, ContentId } from "#model/generation.js";

/** What the main place runs or is about to run. */
export function mainArtifact(state: State): Artifact | null {
  const { main } = state;
  switch (main.kind) {
    case "down":
      return null;
    case "starting":
      return main.start.run.artifact;
    case "serving":
      return main.run.artifact;
    case "ending":
      return main.successor?.artifact ?? null;
  }
}

/** What is on its way to the main place, from the newest on. */
export function comingArtifacts(state: State): Artifact[] {
  const { next, candidate } = state;
  const coming = next === null ? [] : [next.artifact];
  const run = candidateRun(candidate);
  if (run !== null) return [...coming, run.artifact];
  return "next" in candidate ? [...coming, candidate.next.artifact] : coming;
}

/** A ready-made artifact stands for the inputs as they were first read. */
export function contentOf(state: State, artifact: Artifact): ContentId | null {
  if (artifact.content !== null) return artifact.content;
  const { baseline, readyMade } = state.boot;
  return artifact.id === readyMade && baseline.kind === "read" ? baseline.content : null;
}

/** True when the main place holds that content: there is nothing to build. */
export function mainHolds(state: State, content: ContentId): boolean {
  const artifact = mainArtifact(state);
  return artifact !== null && contentOf(state, artifact) === content;
}

/** The same bytes were built from other content: from now on they stand for that. */
export function adoptContent(draft: Draft, artifact: Artifact): void {
  const adopt = <T extends { readonly artifact: Artifact }>(holder: T): T =>
    holder.artifact.id === artifact.id ? { ...holder, artifact } : holder;
  const adoptStart = (start: Start): Start => ({ ...start, run: adopt(start.run) });
  const adoptNext = (next: Next | null) => (next === null ? null : adopt(next));
  const { main, candidate, standing, next } = draft.state;
  update(draft, { next: adoptNext(next) });
  if (main.kind === "serving") update(draft, { main: { ...main, run: adopt(main.run) } });
  if (main.kind === "starting") update(draft, { main: { ...main, start: adoptStart(main.start) } });
  if (main.kind === "ending")
    update(draft, { main: { ...main, successor: adoptNext(main.successor) } });
  if (candidate.kind === "starting") {
    update(draft, { candidate: { ...candidate, start: adoptStart(candidate.start) } });
  } else if (candidate.kind === "canary") {
    update(draft, { candidate: { ...candidate, run: adopt(candidate.run) } });
  } else if (candidate.kind !== "none") {
    update(draft, { candidate: { ...candidate, next: adopt(candidate.next) } });
  }
  if (standing?.id === artifact.id) update(draft, { standing: artifact });
}
