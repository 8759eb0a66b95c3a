import type { GenerationId } from "#model/generation.js";

/** Where clients arrive: listening sockets of each generation, or hotpod's own from which it forwards. */
export interface Listeners {
  /** New connections go to this generation's sockets. */
  steer(generation: GenerationId): void;
  /** → `queue-emptied`: nothing more comes to it, and what had come is accepted (or answered, where hotpod forwards). */
  awaitQueue(generation: GenerationId): void;
  /** The program ends: no client is taken any more. */
  stopAccepting(): void;
  release(generation: GenerationId): void;
}
