import { overlapping } from "#edge/listeners/endpoint.js";
import { heldSockets } from "#edge/listeners/socket-holder.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { GenerationId } from "#model/generation.js";
import type { BoundGroups } from "./bound-groups.js";

/** The addresses each generation has bound, in its order. */
export class BoundSockets {
  readonly #groups: BoundGroups;
  readonly #bound = new Map<GenerationId, readonly SteeredGroup[]>();

  constructor(groups: BoundGroups) {
    this.#groups = groups;
  }

  of(generation: GenerationId): readonly SteeredGroup[] {
    return this.#bound.get(generation) ?? [];
  }

  note(generation: GenerationId, group: SteeredGroup): void {
    const bound = this.of(generation);
    if (!bound.includes(group)) this.#bound.set(generation, [...bound, group]);
  }

  /**
   * Programs try ports by listening there for a moment. Whoever they have closed is nobody's: in a socket of ours that stayed
   * open clients would wait for ever.
   */
  forgetClosed(generation: GenerationId, members: readonly number[]): void {
    const bound = this.of(generation);
    const held = bound.length === 0 ? null : heldSockets(members);
    if (held === null) return;
    const isClosed = (group: SteeredGroup): boolean => {
      const inode = group.socket(generation)?.inode;
      return inode !== undefined && this.#groups.all().includes(group) && !held.has(inode);
    };
    const closed = bound.filter(isClosed);
    for (const group of closed) this.#groups.abandon(group, generation);
    const left = bound.filter((group) => !closed.includes(group));
    this.#bound.set(generation, left);
  }

  /**
   * It takes what it is offered: what was kept for it at an overlapping address and it has not bound is nobody's, and clients
   * would wait there.
   */
  forgetUnbound(generation: GenerationId, offered: readonly SteeredGroup[]): void {
    const bound = this.of(generation);
    const holds = (group: SteeredGroup) => group.socket(generation) !== null;
    const serves = offered.filter(holds);
    const kept = this.#groups.all().filter((group) => holds(group) || !group.isHeld());
    for (const group of kept) {
      const isOver = serves.some(({ endpoint }) => overlapping(endpoint, group.endpoint));
      if (isOver && !bound.includes(group)) this.#groups.abandon(group, generation);
    }
  }

  forget(generation: GenerationId): void {
    this.#bound.delete(generation);
  }
}
