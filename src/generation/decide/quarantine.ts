import { announce, type Draft, update } from "#generation/draft.js";
import type { Quarantined, State } from "#generation/state.js";
import type { Artifact, ContentId } from "#model/generation.js";
import { contentOf } from "./served.js";

/** More are not remembered: a person changes the inputs between two failures. */
const QUARANTINE_MAX = 50;

export function isQuarantined(state: State, artifact: Artifact): boolean {
  return state.quarantine.some((entry) => entry.artifact === artifact.id);
}

export function isContentQuarantined(state: State, content: ContentId): boolean {
  return state.quarantine.some((entry) => entry.content === content);
}

/** The artifact failed: neither it nor its content is tried again until the inputs change (I6). */
export function quarantineArtifact(draft: Draft, artifact: Artifact): void {
  if (isQuarantined(draft.state, artifact)) return;
  add(draft, { artifact: artifact.id, content: contentOf(draft.state, artifact) });
  announce(draft, { kind: "quarantined", artifact });
}

/** The content is not to be tried although nothing of it failed: a person went back from it. */
export function quarantineContent(draft: Draft, content: ContentId): void {
  if (isContentQuarantined(draft.state, content)) return;
  add(draft, { artifact: null, content });
}

export function liftQuarantine(draft: Draft): void {
  update(draft, { quarantine: [] });
}

/** It got ready after all, because somebody asked for another try. */
export function acquit(draft: Draft, artifact: Artifact): void {
  const content = contentOf(draft.state, artifact);
  const quarantine = draft.state.quarantine.filter(
    (entry) =>
      entry.artifact !== artifact.id && (entry.content === null || entry.content !== content),
  );
  update(draft, { quarantine });
}

function add(draft: Draft, entry: Quarantined): void {
  const { state } = draft;
  const previous = state.previous?.id === entry.artifact ? null : state.previous;
  update(draft, { quarantine: [...state.quarantine, entry].slice(-QUARANTINE_MAX), previous });
  const { inputs } = draft.state;
  const wantedFailed = entry.content !== null && entry.content === inputs.wanted;
  const builtFailed = inputs.outcome.kind === "built" && inputs.outcome.artifact === entry.artifact;
  if (wantedFailed || builtFailed) {
    update(draft, { inputs: { ...inputs, outcome: { kind: "quarantined" } } });
  }
}
