import { fail, ok, type Result } from "#base/result.js";
import { type Endpoint, overlapping, sameAddress } from "#edge/listeners/endpoint.js";
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
import type { SocketSource } from "#model/socket-source.js";

/** The sockets of `listen`, which a service may take or bind over. An address it binds otherwise is offered no more. */
export class OfferedSlots {
  /** Of the first TCP listener: what the service is there for. */
  readonly first: Endpoint | null;
  readonly #rescue: Rescue;
  #slots: readonly Slot[];

  constructor(libc: Libc, slots: readonly Slot[]) {
    this.#slots = slots;
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

  /** What is left of the first TCP listener. */
  firstGroup(): SteeredGroup | null {
    return tcpGroups(this.#slots).find(({ endpoint }) => endpoint === this.first) ?? null;
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

  steer(generation: GenerationId): void {
    steerSlots(this.#slots, generation);
  }

  share(generation: GenerationId, percent: number): void {
    shareSlots(this.#slots, generation, percent);
  }

  weighing(): Pick<OwnListeners, "weighs" | "undivided"> {
    return weighing(this.#slots);
  }

  release(generation: GenerationId): void {
    this.#rescue.release(generation);
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
  giveUp(served: Endpoint, by: GenerationId): void {
    this.#giveUpThose((group) => overlapping(group.endpoint, served) && group.isOnlyOf(by));
  }

  /** The service listens elsewhere: nobody would ever answer here. */
  giveUpAll(): void {
    this.#giveUpThose(({ endpoint }) => endpoint.protocol === "tcp");
  }

  close(): void {
    this.#rescue.close();
    closeSlots(this.#slots);
    this.#slots = [];
  }

  #giveUpThose(choose: (group: SteeredGroup) => boolean): void {
    const given = groupsOf(this.#slots).filter(choose);
    for (const group of given) group.end();
    this.#slots = this.#slots.filter(
      (slot) => slot.kind !== "steered" || !given.includes(slot.group),
    );
  }
}

function tcpGroups(slots: readonly Slot[]): SteeredGroup[] {
  return groupsOf(slots).filter(({ endpoint }) => endpoint.protocol === "tcp");
}
