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
  #leaving: readonly SteeredSlot[] = [];

  constructor(libc: Libc, slots: readonly Slot[], reopen: Reopen | null = null) {
    this.#places = slots.map((slot) => {
      const endpoint = slot.kind === "steered" ? slot.group.endpoint : null;
      return { listener: slot.listener, endpoint, slot };
    });
    this.#reopen = reopen;
    this.#rescue = new Rescue(libc, () => namedGroups(this.#all));
    this.first = tcpGroups(slots)[0]?.endpoint ?? null;
  }

  /** Those that only older generations accept from as well. */
  groups(): readonly SteeredGroup[] {
    return groupsOf(this.#all);
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
   * A service has bound this address by a socket of its own kind (IPv4 where we hold both): what overlaps is ended, also where
   * the service holds a copy, for clients would wait in it for ever. As long as another generation accepts there it stays.
   */
  giveUp(bound: SteeredGroup, accepts: Accepts): void {
    this.#giveUpThose((group) => isInstead(bound, group) && !isAccepted(group, accepts));
  }

  /**
   * The group's address is served by what a service has bound: that is offered instead, and what overlaps only stays for older
   * generations that accept there. True: the group is one of these from now on.
   */
  replace(serving: SteeredGroup, accepts: Accepts): boolean {
    this.giveUp(serving, accepts);
    for (const place of this.#places) {
      if (place.slot?.kind !== "steered" || !isInstead(serving, place.slot.group)) continue;
      this.#leaving = [...this.#leaving, place.slot];
      this.#put(place, null);
    }
    if (this.#places.some(({ slot }) => slot?.kind === "steered" && slot.group === serving)) {
      return true;
    }
    const place = this.#places.find(
      ({ endpoint, slot }) =>
        slot === null && endpoint !== null && covers(endpoint, serving.endpoint),
    );
    if (place === undefined) return false;
    this.#leaving = this.#leaving.filter(({ group }) => group !== serving);
    this.#put(place, { kind: "steered", listener: place.listener, group: serving });
    return true;
  }

  /** What stayed for older generations goes with the last of them. */
  endLeft(accepts: Accepts): void {
    const left = this.#leaving.map(({ group }) => group);
    this.#giveUpThose((group) => left.includes(group) && !isAccepted(group, accepts));
  }

  /** Nobody needs this group any more. */
  end(group: SteeredGroup): void {
    this.#giveUpThose((each) => each === group);
  }

  /** The service listens elsewhere: nobody would ever answer here. */
  giveUpAll(): void {
    this.#giveUpThose(({ endpoint }) => endpoint.protocol === "tcp");
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
    closeSlots(this.#all);
    this.#places = [];
    this.#leaving = [];
  }

  get #slots(): readonly Slot[] {
    return this.#places.flatMap(({ slot }) => slot ?? []);
  }

  get #all(): readonly Slot[] {
    return [...this.#slots, ...this.#leaving];
  }

  #served(serves: Serves): readonly Slot[] {
    return this.#all.filter((slot) => slot.kind !== "steered" || serves(slot.group));
  }

  #put(place: Place, slot: Slot | null): void {
    this.#places = this.#places.map((each) => (each === place ? { ...place, slot } : each));
  }

  #giveUpThose(choose: (group: SteeredGroup) => boolean): void {
    const given = new Set(this.groups().filter(choose));
    for (const group of given) group.end();
    for (const place of this.#places) {
      if (place.slot?.kind === "steered" && given.has(place.slot.group)) this.#put(place, null);
    }
    this.#leaving = this.#leaving.filter(({ group }) => !given.has(group));
  }
}

type SteeredSlot = Extract<Slot, { kind: "steered" }>;
type Serves = (group: SteeredGroup) => boolean;
type Accepts = (generation: GenerationId, group: SteeredGroup) => boolean;

const isInstead = (one: SteeredGroup, other: SteeredGroup): boolean =>
  one !== other && overlapping(one.endpoint, other.endpoint);

function isAccepted(group: SteeredGroup, accepts: Accepts): boolean {
  return group.holders().some((generation) => accepts(generation, group));
}

function tcpGroups(slots: readonly Slot[]): SteeredGroup[] {
  return groupsOf(slots).filter(({ endpoint }) => endpoint.protocol === "tcp");
}
