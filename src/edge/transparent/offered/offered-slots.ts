import { fail, ok, type Result } from "#base/result.js";
import { covers, type Endpoint, overlapping, sameAddress } from "#edge/listeners/endpoint.js";
import type { ListenFailure } from "#edge/listeners/listen-failure.js";
import type { Carrier, OwnListeners, Provided, Reach } from "#edge/listeners/own-listeners.js";
import type { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import {
  areApart,
  closeSlots,
  groupsOf,
  namedGroups,
  provideSlots,
  reachRenamed,
  reachUnix,
  releaseRenamed,
  renamedGroups,
  type Slot,
  shareSlots,
  steerSlots,
  takeBackSlots,
  waitingInRenamed,
  weighing,
} from "#edge/listeners/slots/slots.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import { Rescue } from "#edge/moves/rescue.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { SocketSource } from "#model/socket-source.js";

/** One listener: what is offered for it now; null: the service listens otherwise. */
interface Place {
  readonly listener: Listener;
  /** What `listen` says; null: no address of a network. */
  readonly endpoint: Endpoint | null;
  readonly slot: Slot | null;
}

/** Opens what `listen` says for this listener anew. */
export type Reopen = (listener: Listener) => Result<Slot, ListenFailure>;

/**
 * The sockets of `listen`, which a service may take or bind over. Where it binds a part of such an address (IPv4 where we hold
 * both), that part is what the next ones are offered, so that one that takes its socket can follow one that binds.
 */
export class OfferedSlots {
  /** Of the first TCP listener: what the service is there for. */
  readonly first: Endpoint | null;
  readonly #rescue: Rescue;
  readonly #reopen: Reopen | null;
  #places: readonly Place[];

  constructor(libc: Libc, slots: readonly Slot[], reopen: Reopen | null = null) {
    this.#places = slots.map((slot) => {
      const endpoint = slot.kind === "steered" ? slot.group.endpoint : null;
      return { listener: slot.listener, endpoint, slot };
    });
    this.#reopen = reopen;
    this.#rescue = new Rescue(libc, () => namedGroups(this.#slots));
    this.first = tcpGroups(slots)[0]?.endpoint ?? null;
  }

  groups(): readonly SteeredGroup[] {
    return groupsOf(this.#slots);
  }

  /** The paths among them that each generation has a socket of its own for. */
  files(): readonly RenamedGroup[] {
    return renamedGroups(this.#slots);
  }

  /** What the service is there for where no TCP listener is. */
  firstFile(): RenamedGroup | null {
    return this.first === null ? (this.files()[0] ?? null) : null;
  }

  /** What is offered for the first TCP listener. */
  firstGroup(): SteeredGroup | null {
    const { slot = null } = this.#places.find(({ endpoint }) => endpoint === this.first) ?? {};
    return slot?.kind === "steered" ? slot.group : null;
  }

  provide(
    generation: GenerationId,
    source: SocketSource,
  ): Result<Required<Pick<Provided, "fds" | "names" | "apart">>, string> {
    const fds = provideSlots(this.#slots, generation, source);
    if (!fds.ok) {
      takeBackSlots(this.#slots, generation, source);
      return fail(fds.error);
    }
    const names = this.#slots.map(({ listener }) => listener.name);
    return ok({ fds: fds.value, names, apart: areApart(this.#slots) });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    takeBackSlots(this.#slots, generation, source);
  }

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  /** `serves`: whether it accepts at this group's address from this group. */
  steer(generation: GenerationId, serves: Serves): void {
    steerSlots(this.#served(serves), generation);
  }

  share(generation: GenerationId, percent: number, serves: Serves): void {
    shareSlots(this.#served(serves), generation, percent);
  }

  weighing(): Pick<OwnListeners, "weighs" | "undivided"> {
    return weighing(this.#slots);
  }

  /** `closed`: its sockets are, which may take a while. */
  release(generation: GenerationId, closed: () => void): void {
    this.#rescue.release(generation, closed);
    releaseRenamed(this.#slots, generation);
  }

  carryBy(carrier: Carrier): void {
    this.#rescue.carrier = carrier;
  }

  /** Connections that wait in Unix sockets of this generation alone. */
  waitingInUnix(generation: GenerationId): number {
    return waitingInRenamed(this.#slots, generation);
  }

  /** By a Unix socket that is this generation's alone. */
  reachExactly(generation: GenerationId): Reach | null {
    return reachRenamed(this.#slots, generation);
  }

  /** By a Unix socket, whoever takes connections there. */
  reachUnix(generation: GenerationId): Reach | null {
    return this.reachExactly(generation) ?? reachUnix(this.#slots);
  }

  /** The one for exactly this address. */
  groupAt(endpoint: Endpoint): SteeredGroup | null {
    return this.groups().find((group) => sameAddress(group.endpoint, endpoint)) ?? null;
  }

  /**
   * The service serves this address by a socket of its own kind (IPv4 where we hold both): what overlaps is ended, also where
   * the service holds a copy, for clients would wait in it for ever. As long as another generation may serve there it stays.
   */
  giveUp(served: SteeredGroup, by: GenerationId): void {
    const isOver = (group: SteeredGroup) => overlapping(group.endpoint, served.endpoint);
    this.#giveUpThose((group) => group !== served && isOver(group) && group.isOnlyOf(by));
  }

  /** The service listens elsewhere: nobody would ever answer here. */
  giveUpAll(): void {
    this.#giveUpThose(({ endpoint }) => endpoint.protocol === "tcp");
  }

  /** What serves a part of an address that was given up is offered for it. True: the group is one of these from now on. */
  follow(group: SteeredGroup): boolean {
    const place = this.#places.find(
      ({ endpoint, slot }) =>
        slot === null && endpoint !== null && covers(endpoint, group.endpoint),
    );
    if (place === undefined) return false;
    this.#put(place, { kind: "steered", listener: place.listener, group });
    return true;
  }

  /**
   * For a version that is known to take its sockets: what was given up to one that listens on more than `listen` says is opened
   * anew. Clients come to it at once where the kernel prefers the narrower address.
   */
  openAgain(): void {
    for (const place of this.#places.filter(({ slot }) => slot === null)) {
      const opened = this.#reopen?.(place.listener);
      if (opened?.ok) this.#put(place, opened.value);
    }
  }

  close(): void {
    this.#rescue.close();
    closeSlots(this.#slots);
    this.#places = [];
  }

  get #slots(): readonly Slot[] {
    return this.#places.flatMap(({ slot }) => slot ?? []);
  }

  #served(serves: Serves): readonly Slot[] {
    return this.#slots.filter((slot) => slot.kind !== "steered" || serves(slot.group));
  }

  #put(place: Place, slot: Slot | null): void {
    this.#places = this.#places.map((each) => (each === place ? { ...place, slot } : each));
  }

  #giveUpThose(choose: (group: SteeredGroup) => boolean): void {
    for (const place of this.#places) {
      if (place.slot?.kind !== "steered" || !choose(place.slot.group)) continue;
      place.slot.group.end();
      this.#put(place, null);
    }
  }
}

type Serves = (group: SteeredGroup) => boolean;

function tcpGroups(slots: readonly Slot[]): SteeredGroup[] {
  return groupsOf(slots).filter(({ endpoint }) => endpoint.protocol === "tcp");
}
