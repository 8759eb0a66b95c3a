import type { GenerationId } from "#model/generation.js";
import { type Draft, update } from "./draft.js";
import type { Candidate, Run, Start } from "./place.js";
import type { State } from "./state.js";

/** The generations that are not ready yet, the main place's first. */
export function starts(state: State): Start[] {
  const { main, candidate } = state;
  return [main, candidate].flatMap((place) => (place.kind === "starting" ? [place.start] : []));
}

/** The candidate's processes; null where none were started. */
export function candidateRun(candidate: Candidate): Run | null {
  if (candidate.kind === "canary") return candidate.run;
  return candidate.kind === "starting" ? candidate.start.run : null;
}

export function startOf(state: State, generation: GenerationId): Start | undefined {
  return starts(state).find(({ run }) => run.generation === generation);
}

export function changeStart(draft: Draft, changed: Start): void {
  const { main, candidate } = draft.state;
  const isIts = (start: Start) => start.run.generation === changed.run.generation;
  if (main.kind === "starting" && isIts(main.start)) {
    update(draft, { main: { kind: "starting", start: changed } });
  }
  if (candidate.kind === "starting" && isIts(candidate.start)) {
    update(draft, { candidate: { kind: "starting", start: changed } });
  }
}
