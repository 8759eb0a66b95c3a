import { command, type Draft, nextNumber, update } from "#generation/draft.js";
import type { Next, Start } from "#generation/place.js";
import type { GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";

/** Starts a generation in the main place, on the sockets held for it when there are any. */
export function launchMain(draft: Draft, next: Next, sockets: GenerationId | null): void {
  update(draft, { main: { kind: "starting", start: launch(draft, next, sockets) } });
}

/** Starts a generation beside the others, on sockets of its own. */
export function launchCandidate(draft: Draft, next: Next): void {
  update(draft, { candidate: { kind: "starting", start: launch(draft, next, null) } });
}

function launch(draft: Draft, next: Next, held: GenerationId | null): Start {
  const generation = nextNumber(draft, "generation");
  const sockets: SocketSource = held === null ? { kind: "new" } : { kind: "of", generation: held };
  const { artifact, purpose, changedAt, built } = next;
  command(draft, { kind: "start-generation", generation, artifact, sockets });
  return {
    run: {
      generation,
      artifact,
      purpose,
      startedAt: draft.at,
      process: { kind: "spawning" },
      sockets: held ?? generation,
      served: false,
      standsBy: false,
    },
    changedAt,
    built,
    spawnedAt: null,
    acceptingSince: null,
    notify: "silent",
    lastAnswer: null,
  };
}
