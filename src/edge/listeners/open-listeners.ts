import { ok, type Result } from "#base/result.js";
import { Rescue } from "#edge/moves/rescue.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import type { Endpoint } from "./endpoint.js";
import type { ListenFailure } from "./listen-failure.js";
import type { Carrier, OwnListeners, Provided, Reach } from "./own-listeners.js";
import { QueueWatch } from "./queue-watch.js";
import {
  areApart,
  closeSlots,
  groupsOf,
  namedGroups,
  openSlots,
  provideSlots,
  reachRenamed,
  reachUnix,
  releaseRenamed,
  type Slot,
  type SlotOptions,
  shareSlots,
  steerSlots,
  takeBackSlots,
  waitingInRenamed,
  weighing,
} from "./slots/slots.js";
import { reachOf, type SteeredGroup } from "./steered-group.js";
import { inodesIn, onTheWayTo, waitingIn } from "./steered-groups.js";

export interface ListenOptions extends SlotOptions {
  readonly emit: Emit;
}

/** Binds every address. Nothing stays open when one of them fails. */
export function openListeners(options: ListenOptions): Result<OwnListeners, ListenFailure> {
  const libc = loadLibc();
  const opened = openSlots(libc, options);
  return opened.ok ? ok(new Sockets(libc, opened.value, options.emit)) : opened;
}

/** Handed down from generation to generation. */
export class Sockets implements OwnListeners {
  readonly #libc: Libc;
  readonly #slots: readonly Slot[];
  readonly #queues: QueueWatch;
  readonly #rescue: Rescue;
  readonly weighs: boolean;
  readonly undivided: readonly string[];

  constructor(libc: Libc, slots: readonly Slot[], emit: Emit) {
    this.#libc = libc;
    this.#slots = slots;
    const { weighs, undivided } = weighing(slots);
    this.weighs = weighs;
    this.undivided = undivided;
    this.#queues = new QueueWatch(
      {
        ...onTheWayTo(libc, () => this.#groups()),
        waiting: (generation) => this.waiting(generation),
      },
      emit,
    );
    this.#rescue = new Rescue(libc, () => namedGroups(this.#slots));
  }

  provide(generation: GenerationId, source: SocketSource): Result<Provided, string> {
    const fds = provideSlots(this.#slots, generation, source);
    if (fds.ok) return ok({ fds: fds.value, ports: [], apart: areApart(this.#slots) });
    this.takeBack(generation, source);
    return fds;
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    this.#queues.forget(generation);
    takeBackSlots(this.#slots, generation, source);
  }

  steer(generation: GenerationId): void {
    this.#queues.forget(generation);
    steerSlots(this.#slots, generation);
  }

  share(generation: GenerationId, percent: number): void {
    shareSlots(this.#slots, generation, percent);
  }

  awaitQueue(generation: GenerationId): void {
    this.#queues.watch(generation);
  }

  /** The service's own affair: the sockets are its. */
  stopAccepting(): void {}

  release(generation: GenerationId): void {
    this.#queues.forget(generation);
    this.#rescue.release(generation);
    releaseRenamed(this.#slots, generation);
  }

  carryBy(carrier: Carrier): void {
    this.#rescue.carrier = carrier;
  }

  waiting(generation: GenerationId): number {
    return (
      waitingIn(this.#libc, this.#groups(), generation) + waitingInRenamed(this.#slots, generation)
    );
  }

  inodes(generation: GenerationId): readonly number[] {
    return inodesIn(this.#groups(), generation);
  }

  reachFirst(generation: GenerationId): Reach | null {
    const first = this.#groups().find(({ endpoint }) => isReachable(endpoint));
    return first === undefined
      ? reachRenamed(this.#slots, generation)
      : reachOf(first.endpoint, generation);
  }

  reach(generation: GenerationId, port: number | null): Reach {
    const steered = this.#groups().map(({ endpoint }) => endpoint);
    const matches = (endpoint: Endpoint) =>
      endpoint.protocol === "tcp" && (port === null || endpoint.port === port);
    const own = steered.find(matches);
    if (own !== undefined) return reachOf(own, generation);
    const shared = this.#slots
      .flatMap((slot) => (slot.kind === "shared" && slot.endpoint !== null ? slot.endpoint : []))
      .find(matches);
    if (shared !== undefined) return { host: shared.reachV4 ?? shared.reach, port: shared.port };
    const unix = reachRenamed(this.#slots, generation) ?? reachUnix(this.#slots);
    if (port === null && unix !== null) return unix;
    return { host: "127.0.0.1", port: port ?? 80 };
  }

  close(): void {
    this.#queues.close();
    this.#rescue.close();
    closeSlots(this.#slots);
  }

  #groups(): SteeredGroup[] {
    return groupsOf(this.#slots);
  }
}

const isReachable = ({ protocol, reachV4 }: Endpoint) => protocol === "tcp" && reachV4 !== null;
