import { fail, ok, type Result } from "#base/result.js";
import { Rescue } from "#edge/moves/rescue.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { ListenAddress, Listener } from "#model/listener.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import { steeringWorks } from "./check-steering.js";
import { type Endpoint, overlaps, resolveEndpoint } from "./endpoint.js";
import { type ListenFailure, showAddress } from "./listen-failure.js";
import type { Carrier, OwnListeners, Provided, Reach } from "./own-listeners.js";
import { QueueWatch } from "./queue-watch.js";
import { openShared, openUnix, type SharedSocket } from "./shared-socket.js";
import { type SocketHolder, socketHolder } from "./socket-holder.js";
import { allRows, listeningRows, rowAddress, type SocketRow } from "./socket-table.js";
import { reachOf, SteeredGroup } from "./steered-group.js";
import { inodesIn, onTheWayTo, waitingIn } from "./steered-groups.js";

/** What people should hear about the sockets. */
export type ListenWarning =
  /** Somebody else takes connections meant for `address`: an orphan of an earlier run, most likely. */
  | {
      readonly kind: "stranger";
      readonly address: string;
      readonly listensOn: string;
      readonly holder: SocketHolder | null;
    }
  /** During a swap the old and the new generation accept from one socket. Said once. */
  /** A service whose binds cannot be looked at binds for itself: it cannot be handed over. */
  | { readonly kind: "unwatched"; readonly generation: GenerationId; readonly code: string }
  | { readonly kind: "unsteered"; readonly address: string; readonly why: "unix" | "kernel" };

export interface ListenOptions {
  readonly listen: readonly Listener[];
  readonly emit: Emit;
  readonly warn: (warning: ListenWarning) => void;
  /** For tests of kernels that cannot steer. */
  readonly steering?: boolean;
}

/** Binds every address. Nothing stays open when one of them fails. */
export function openListeners(options: ListenOptions): Result<OwnListeners, ListenFailure> {
  const libc = loadLibc();
  const network = options.listen.some(({ address }) => address.kind !== "unix");
  const steering = network && (options.steering ?? true) && steeringWorks(libc);
  const opened: Slot[] = [];
  for (const listener of options.listen) {
    const slot = openSlot(libc, listener, steering, options.warn);
    if (!slot.ok) {
      closeSlots(opened);
      return slot;
    }
    opened.push(slot.value);
  }
  return ok(new Sockets(libc, opened, options.emit));
}

type Slot =
  | {
      readonly kind: "steered";
      readonly name: string;
      readonly address: ListenAddress;
      readonly group: SteeredGroup;
    }
  | {
      readonly kind: "shared";
      readonly address: ListenAddress;
      readonly endpoint: Endpoint | null;
      readonly socket: SharedSocket;
    };

function openSlot(
  libc: Libc,
  { name, address }: Listener,
  steering: boolean,
  warn: ListenOptions["warn"],
): Result<Slot, ListenFailure> {
  if (address.kind === "unix") {
    const socket = openUnix(libc, address);
    if (!socket.ok) return socket;
    warn({ kind: "unsteered", address: showAddress(address), why: "unix" });
    return ok({ kind: "shared", address, endpoint: null, socket: socket.value });
  }
  const endpoint = resolveEndpoint(libc, address);
  if (endpoint === null) return fail({ kind: "address-unavailable", address });
  const rows = address.kind === "tcp" ? listeningRows(libc) : allRows("udp");
  const squatter = rows.find((row) => row.remotePort === 0 && overlaps(endpoint, row));
  if (squatter !== undefined) {
    const holder = socketHolder(squatter.inode, new Set());
    return fail({ kind: "in-use", address, holder, shared: true });
  }
  if (!steering) {
    const socket = openShared(libc, endpoint);
    if (!socket.ok) return socket;
    warn({ kind: "unsteered", address: showAddress(address), why: "kernel" });
    return ok({ kind: "shared", address, endpoint, socket: socket.value });
  }
  const group = new SteeredGroup(libc, endpoint, (row) => warn(strangerWarning(row, address)));
  // Binding now is what keeps the port ours before the first generation starts.
  const held = group.hold();
  return held.ok ? ok({ kind: "steered", name, address, group }) : held;
}

export function strangerWarning(row: SocketRow, address: ListenAddress): ListenWarning {
  const holder = socketHolder(row.inode, new Set([process.pid]));
  return {
    kind: "stranger",
    address: showAddress(address),
    listensOn: rowAddress(row),
    holder,
  };
}

function closeSlots(slots: readonly Slot[]): void {
  for (const slot of slots) {
    if (slot.kind === "steered") slot.group.closeAll();
    else slot.socket.close();
  }
}

class Sockets implements OwnListeners {
  readonly #libc: Libc;
  readonly #slots: readonly Slot[];
  readonly #queues: QueueWatch;
  readonly #rescue: Rescue;
  readonly weighs: boolean;
  readonly undivided: readonly string[];

  constructor(libc: Libc, slots: readonly Slot[], emit: Emit) {
    const whole = slots.filter((slot) => slot.kind === "shared" || !slot.group.canShare());
    this.weighs = whole.length < slots.length;
    this.undivided = whole.map(({ address }) => showAddress(address));
    this.#libc = libc;
    this.#slots = slots;
    this.#queues = new QueueWatch(
      onTheWayTo(libc, () => this.#groups()),
      emit,
    );
    this.#rescue = new Rescue(libc, () =>
      this.#slots.flatMap((slot) => (slot.kind === "steered" ? slot : [])),
    );
  }

  provide(generation: GenerationId, source: SocketSource): Result<Provided, string> {
    const fds: number[] = [];
    for (const slot of this.#slots) {
      if (slot.kind === "shared") {
        fds.push(slot.socket.fd);
        continue;
      }
      const adopted = source.kind === "of" ? slot.group.adopt(generation, source.generation) : null;
      const opened = adopted === null ? slot.group.open(generation) : ok(adopted);
      if (!opened.ok) {
        this.takeBack(generation, source);
        return fail(openFailure(opened.error));
      }
      fds.push(opened.value.fd);
    }
    const apart = this.#slots.every(({ kind }) => kind === "steered");
    return ok({ fds, ports: [], apart });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    this.#queues.forget(generation);
    for (const group of this.#groups()) {
      const adopted = source.kind === "of" && group.adopt(source.generation, generation) !== null;
      if (!adopted) group.close(generation);
    }
  }

  steer(generation: GenerationId): void {
    this.#queues.forget(generation);
    for (const group of this.#groups()) group.steer(generation);
  }

  share(generation: GenerationId, percent: number): void {
    for (const group of this.#groups()) group.share(generation, percent);
  }

  awaitQueue(generation: GenerationId): void {
    this.#queues.watch(generation);
  }

  /** The service's own affair: the sockets are its. */
  stopAccepting(): void {}

  release(generation: GenerationId): void {
    this.#queues.forget(generation);
    this.#rescue.release(generation);
  }

  carryBy(carrier: Carrier): void {
    this.#rescue.carrier = carrier;
  }

  waiting(generation: GenerationId): number {
    return waitingIn(this.#libc, this.#groups(), generation);
  }

  inodes(generation: GenerationId): readonly number[] {
    return inodesIn(this.#groups(), generation);
  }

  reachFirst(generation: GenerationId): Reach | null {
    const first = this.#groups().find(({ endpoint }) => isReachable(endpoint));
    return first === undefined ? null : reachOf(first.endpoint, generation);
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
    const unix = this.#slots.flatMap((slot) =>
      slot.kind === "shared" && slot.address.kind === "unix" ? slot.address.path : [],
    )[0];
    if (port === null && unix !== undefined) return { socketPath: unix.replace(/^@/, "\0") };
    return { host: "127.0.0.1", port: port ?? 80 };
  }

  close(): void {
    this.#queues.close();
    this.#rescue.close();
    closeSlots(this.#slots);
  }

  #groups(): SteeredGroup[] {
    return this.#slots.flatMap((slot) => (slot.kind === "steered" ? slot.group : []));
  }
}

const isReachable = ({ protocol, reachV4 }: Endpoint) => protocol === "tcp" && reachV4 !== null;

function openFailure(failure: ListenFailure): string {
  const address = showAddress(failure.address);
  return failure.kind === "system"
    ? `cannot open a socket for ${address}: ${failure.call} failed with ${failure.errno}`
    : `cannot open a socket for ${address}: ${failure.kind}`;
}
