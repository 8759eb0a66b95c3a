import { overlapping } from "#edge/listeners/endpoint.js";
import type { Reach } from "#edge/listeners/own-listeners.js";
import { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { GenerationId } from "#model/generation.js";
import { clearReach } from "./clear-reach.js";
import type { Exchanges } from "./exchanges.js";
import type { HandoverChoice } from "./offered/handover-choice.js";
import type { OfferedSlots } from "./offered/offered-slots.js";

interface Sources {
  readonly offered: OfferedSlots;
  readonly choice: HandoverChoice;
  readonly exchanges: Exchanges;
}

/** Where each generation serves, by what it was offered and by what it has bound, and where it is reached. */
export class Places {
  readonly #offered: OfferedSlots;
  readonly #choice: HandoverChoice;
  readonly #exchanges: Exchanges;

  constructor({ offered, choice, exchanges }: Sources) {
    this.#offered = offered;
    this.#choice = choice;
    this.#exchanges = exchanges;
  }

  /** Where this generation is asked; null: there is nothing yet. */
  first(generation: GenerationId): SteeredGroup | RenamedGroup | null {
    return this.#firstGroup(generation) ?? this.#exchanges.mainFile.of(generation);
  }

  /** It listens at the address of the first TCP listener, or there is none. */
  bindsFirst(generation: GenerationId): boolean {
    const { first } = this.#offered;
    const bound = this.#exchanges.sockets.of(generation);
    return first === null || bound.some(({ endpoint }) => overlapping(endpoint, first));
  }

  /** A generation that has bound an address accepts nothing from what it was offered there. */
  serves(generation: GenerationId): (group: SteeredGroup) => boolean {
    const bound = this.#exchanges.sockets.of(generation);
    const instead = (group: SteeredGroup) =>
      bound.some(({ endpoint }) => overlapping(endpoint, group.endpoint));
    return (group) => bound.includes(group) || !instead(group);
  }

  /** Whether some generation accepts from a group of its. */
  accepts(): (generation: GenerationId, group: SteeredGroup) => boolean {
    return (generation, group) => this.serves(generation)(group);
  }

  reachFirst(generation: GenerationId): Reach | null {
    const { isFixed, isElsewhere } = this.#choice;
    const isNowhere = this.#offered.first === null || isElsewhere;
    const isWorker = !isFixed && isNowhere && this.#offered.isEmpty;
    const first = isWorker ? null : this.first(generation);
    if (first === null) return this.#offered.reachExactly(generation);
    return first instanceof RenamedGroup
      ? reachFile(first, generation)
      : this.#reachIn(first, generation);
  }

  reach(generation: GenerationId, port: number | null): Reach {
    const known = [...this.#exchanges.sockets.of(generation), ...this.#offered.groups()];
    const group =
      port === null
        ? this.#firstGroup(generation)
        : known.find(({ endpoint }) => endpoint.protocol === "tcp" && endpoint.port === port);
    if (group) return this.#reachIn(group, generation);
    const unix = port === null ? this.#reachUnix(generation) : null;
    return unix ?? { host: "127.0.0.1", port: port ?? 80 };
  }

  #reachIn({ endpoint }: SteeredGroup, generation: GenerationId): Reach {
    const all = this.#exchanges.all().map((group) => group.endpoint);
    const others = all.filter((each) => each !== endpoint);
    return clearReach(endpoint, generation, others);
  }

  #firstGroup(generation: GenerationId): SteeredGroup | null {
    const bound = this.#exchanges.sockets.of(generation);
    const { first } = this.#offered;
    if (first === null && !this.#offered.isEmpty) return null;
    if (first === null || this.#choice.isElsewhere) return bound[0] ?? null;
    const instead = bound.find(({ endpoint }) => overlapping(endpoint, first));
    return instead ?? this.#offered.firstGroup();
  }

  #reachUnix(generation: GenerationId): Reach | null {
    const [file] = this.#exchanges.files.of(generation);
    return this.#offered.reachUnix(generation) ?? (file ? reachFile(file, generation) : null);
  }
}

function reachFile(group: RenamedGroup, generation: GenerationId): Reach | null {
  const socketPath = group.file(generation);
  return socketPath === null ? null : { socketPath };
}
