import { type Endpoint, overlaps, sameAddress } from "#edge/listeners/endpoint.js";
import { type ListenWarning, strangerWarning } from "#edge/listeners/listen-warning.js";
import type { OwnSockets } from "#edge/listeners/slots/own-sockets.js";
import { listeningRows } from "#edge/listeners/socket-table.js";
import { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";

/** The groups of addresses that services have bound by themselves. */
export class BoundGroups {
  readonly #libc: Libc;
  readonly #warn: (warning: ListenWarning) => void;
  readonly #own: OwnSockets;
  #groups: readonly SteeredGroup[] = [];
  #share: { readonly generation: GenerationId; readonly percent: number } | null = null;

  /** `own`: those of other groups as well. */
  constructor(libc: Libc, warn: (warning: ListenWarning) => void, own: OwnSockets) {
    this.#libc = libc;
    this.#warn = warn;
    this.#own = own;
  }

  all(): readonly SteeredGroup[] {
    return this.#groups;
  }

  /** The one for this address, a new one where there is none; null: somebody else listens there. */
  groupAt(endpoint: Endpoint): SteeredGroup | null {
    const known = this.#groups.find((group) => sameAddress(group.endpoint, endpoint));
    if (known !== undefined) return known;
    if (this.#isTaken(endpoint)) return null;
    const group = new SteeredGroup(this.#libc, endpoint, this.#own, (row) =>
      this.#warn(strangerWarning(row, endpoint.address)),
    );
    if (this.#share !== null) group.share(this.#share.generation, this.#share.percent);
    return group;
  }

  /** It has got a socket. */
  keep(group: SteeredGroup): void {
    if (!this.#groups.includes(group)) this.#groups = [...this.#groups, group];
  }

  /** It is kept elsewhere from now on. */
  letGo(group: SteeredGroup): void {
    this.#groups = this.#groups.filter((each) => each !== group);
  }

  steer(generation: GenerationId): void {
    this.#share = null;
    for (const group of this.#groups) group.steer(generation);
  }

  share(generation: GenerationId, percent: number): void {
    this.#share = { generation, percent };
    for (const group of this.#groups) group.share(generation, percent);
  }

  adopt(generation: GenerationId, from: GenerationId): void {
    for (const group of this.#groups) group.adopt(generation, from);
  }

  /** The generation listens here no more, though it lives. */
  abandon(group: SteeredGroup, generation: GenerationId): void {
    group.close(generation);
    if (group.isHeld()) return;
    group.end();
    this.letGo(group);
  }

  /** `succeeded`: another version serves. An address that it has given up is given up; else it is kept for the one that comes. */
  close(generation: GenerationId, succeeded: boolean): void {
    for (const group of this.#groups) group.close(generation);
    const over = this.#groups.filter((group) => succeeded && !group.isHeld());
    // A descendant that outlives its generation may hold a copy: it would go on taking connections of those that serve.
    for (const group of over) group.end();
    this.#groups = this.#groups.filter((group) => !over.includes(group));
  }

  closeAll(): void {
    for (const group of this.#groups) group.closeAll();
  }

  #isTaken(endpoint: Endpoint): boolean {
    return listeningRows(this.#libc).some(
      (row) => overlaps(endpoint, row) && !this.#own.has(row.inode),
    );
  }
}
