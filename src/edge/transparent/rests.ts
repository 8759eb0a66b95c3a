import { type OnTheWay, QueueWatch } from "#edge/listeners/queue-watch.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import { closeDoor } from "./closing-door.js";
import type { Exchanges } from "./exchanges.js";
import { type Work, watchRest } from "./rest-watch.js";

interface Sources {
  readonly exchanges: Exchanges;
  readonly onTheWay: OnTheWay;
  /** Groups it goes on accepting from, though another one is steered to. */
  readonly leftBehind: (generation: GenerationId) => readonly SteeredGroup[];
  /** It rests, and has nothing to do at these any more. */
  readonly end: (generation: GenerationId, groups: readonly SteeredGroup[]) => void;
}

/** Generations that nothing is steered to any more, and whose connections are awaited. */
export class Rests {
  readonly #libc: Libc;
  readonly #sources: Sources;
  readonly #stops = new Map<GenerationId, () => void>();

  constructor(libc: Libc, sources: Sources) {
    this.#libc = libc;
    this.#sources = sources;
  }

  await(generation: GenerationId, rested: () => void): void {
    this.forget(generation);
    const { leftBehind, end } = this.#sources;
    const left = leftBehind(generation);
    const rest = (done: () => void) => watchRest(this.#libc, this.#workOf(generation), done);
    const stop =
      left.length === 0
        ? rest(() => {
            this.#stops.delete(generation);
            rested();
          })
        : closeDoor(left, {
            quiet: (quiet) => this.#watchQuiet(generation, quiet),
            rest,
            rested,
            end: () => {
              this.#stops.delete(generation);
              end(generation, left);
            },
          });
    this.#stops.set(generation, stop);
  }

  forget(generation: GenerationId): void {
    this.#stops.get(generation)?.();
    this.#stops.delete(generation);
  }

  close(): void {
    for (const generation of [...this.#stops.keys()]) this.forget(generation);
  }

  #workOf(generation: GenerationId): Work {
    const { exchanges } = this.#sources;
    const groups = exchanges.all().filter((group) => group.socket(generation) !== null);
    return {
      members: () => exchanges.members(generation),
      ports: groups.map(({ endpoint }) => endpoint.port),
      connected: () => exchanges.files.connected(generation) > 0,
    };
  }

  #watchQuiet(generation: GenerationId, quiet: () => void): () => void {
    const watch = new QueueWatch(this.#sources.onTheWay, quiet);
    watch.watch(generation);
    return () => watch.close();
  }
}
