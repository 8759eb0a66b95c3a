import type { GenerationId } from "#model/generation.js";

/** The listening sockets, one set a generation, in one steered group an address. */
export interface Listeners {
  /** New connections go to this generation's sockets. */
  steer(generation: GenerationId): void;
  /** → `queue-emptied`. */
  awaitQueue(generation: GenerationId): void;
  release(generation: GenerationId): void;
}
