import type { GenerationId } from "#model/generation.js";
import type { Emit } from "#ports/emit.js";

const LOOK_MS = 10;

/** Tells when nothing waits for a generation any more: two looks in a row, for a handshake may be between the queues. */
export class QueueWatch {
  readonly #waiting: (generation: GenerationId) => number;
  readonly #emit: Emit;
  readonly #timers = new Map<GenerationId, NodeJS.Timeout>();

  constructor(waiting: (generation: GenerationId) => number, emit: Emit) {
    this.#waiting = waiting;
    this.#emit = emit;
  }

  watch(generation: GenerationId): void {
    this.forget(generation);
    this.#look(generation, 0);
  }

  forget(generation: GenerationId): void {
    clearTimeout(this.#timers.get(generation));
    this.#timers.delete(generation);
  }

  close(): void {
    for (const generation of [...this.#timers.keys()]) this.forget(generation);
  }

  #look(generation: GenerationId, emptyBefore: number): void {
    const empty = this.#waiting(generation) === 0 ? emptyBefore + 1 : 0;
    const timer = setTimeout(() => {
      if (empty < 2) {
        this.#look(generation, empty);
        return;
      }
      this.#timers.delete(generation);
      this.#emit({ kind: "queue-emptied", generation });
    }, LOOK_MS);
    this.#timers.set(generation, timer);
  }
}
