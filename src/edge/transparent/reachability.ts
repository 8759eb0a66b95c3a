import type { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { GenerationId } from "#model/generation.js";

type Place = SteeredGroup | RenamedGroup;

/** `told`: where it was last said to be reached. */
interface Asking {
  readonly reachable: () => void;
  told: Place | null;
}

/** Who wants to know where generations are reached. */
export class Reachability {
  readonly #asking = new Map<GenerationId, Asking>();

  /** Answers a function that forgets it. */
  ask(generation: GenerationId, reachable: () => void): () => void {
    this.#asking.set(generation, { reachable, told: null });
    return () => this.forget(generation);
  }

  /** Told again when it moves: what was offered at first is not what the service has bound. */
  tell(generation: GenerationId, first: Place | null): void {
    const asking = this.#asking.get(generation);
    if (asking === undefined || first === null || first === asking.told) return;
    asking.told = first;
    asking.reachable();
  }

  forget(generation: GenerationId): void {
    this.#asking.delete(generation);
  }
}
