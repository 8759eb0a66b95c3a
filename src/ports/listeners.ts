import type { GenerationId } from "#model/generation.js";

/** Where clients arrive: listening sockets of each generation, or hotpod's own from which it forwards. */
export interface Listeners {
  /** New connections go to this generation's sockets. */
  steer(generation: GenerationId): void;
  /**
   * Of new connections, `percent` of 100 (0 to 99) go to this generation, chosen at random; the rest goes where it went. The
   * next `steer` ends it, whomever it names. Sockets that cannot be divided are left as they are.
   */
  share(generation: GenerationId, percent: number): void;
  /** → `queue-emptied`: nothing more comes to it, and what had come is accepted (or answered, where hotpod forwards). */
  awaitQueue(generation: GenerationId): void;
  /** The program ends: no client is taken any more. */
  stopAccepting(): void;
  release(generation: GenerationId): void;
}
