import type { GenerationId } from "#model/generation.js";
import type { Emit } from "#ports/emit.js";

const LOOK_MS = 10;

/** What is still on its way to a generation's program. */
export interface OnTheWay {
  /** Connections in its accept queues. */
  waiting(generation: GenerationId): number;
  /** Each handshake under way on the ports, whatever generation it began with. */
  handshakes(): ReadonlySet<string>;
  /** Resolves once every processor is done with the packets it had in hand. */
  packetsInHand(): Promise<void>;
}

/**
 * Tells when nothing is on its way to a generation any more that no new connection is steered to. A packet that a processor
 * has in hand may still open a handshake with its socket, and a handshake may end in its queue later than any pause: first
 * those in hand, then the handshakes that are seen after that, then the queue.
 */
export class QueueWatch {
  readonly #onTheWay: OnTheWay;
  readonly #emit: Emit;
  readonly #watches = new Map<GenerationId, Watch>();

  constructor(onTheWay: OnTheWay, emit: Emit) {
    this.#onTheWay = onTheWay;
    this.#emit = emit;
  }

  watch(generation: GenerationId): void {
    this.forget(generation);
    const watch: Watch = { timer: null };
    this.#watches.set(generation, watch);
    this.#afterPackets(generation, watch, () => {
      const begun = this.#onTheWay.handshakes();
      this.#each(watch, () => this.#handshakesOver(generation, watch, begun));
    });
  }

  forget(generation: GenerationId): void {
    const watch = this.#watches.get(generation);
    if (watch?.timer) clearTimeout(watch.timer);
    this.#watches.delete(generation);
  }

  close(): void {
    for (const generation of [...this.#watches.keys()]) this.forget(generation);
  }

  #handshakesOver(generation: GenerationId, watch: Watch, begun: ReadonlySet<string>): boolean {
    const now = begun.size === 0 ? begun : this.#onTheWay.handshakes();
    if ([...begun].some((each) => now.has(each))) return false;
    // The last one of them may be between the handshakes and the queue.
    this.#afterPackets(generation, watch, () => {
      this.#each(watch, () => this.#queueEmpty(generation));
    });
    return true;
  }

  #queueEmpty(generation: GenerationId): boolean {
    if (this.#onTheWay.waiting(generation) > 0) return false;
    this.#watches.delete(generation);
    this.#emit({ kind: "queue-emptied", generation });
    return true;
  }

  #afterPackets(generation: GenerationId, watch: Watch, next: () => void): void {
    this.#onTheWay.packetsInHand().then(() => {
      if (this.#watches.get(generation) === watch) next();
    });
  }

  /** Looks now and every {@link LOOK_MS} until it is so. */
  #each(watch: Watch, isSo: () => boolean): void {
    if (isSo()) return;
    watch.timer = setTimeout(() => this.#each(watch, isSo), LOOK_MS);
  }
}

interface Watch {
  timer: NodeJS.Timeout | null;
}
