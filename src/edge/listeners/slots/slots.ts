import { fail, ok, type Result } from "#base/result.js";
import { steeringWorks } from "#edge/listeners/check-steering.js";
import { type Endpoint, overlapping, overlaps, resolveEndpoint } from "#edge/listeners/endpoint.js";
import { type ListenFailure, showAddress } from "#edge/listeners/listen-failure.js";
import { type ListenWarning, strangerWarning } from "#edge/listeners/listen-warning.js";
import type { OwnListeners, Reach } from "#edge/listeners/own-listeners.js";
import { socketHolder } from "#edge/listeners/socket-holder.js";
import { boundRows } from "#edge/listeners/socket-table.js";
import { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { NamedGroup } from "#edge/moves/rescue.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { SocketSource } from "#model/socket-source.js";
import { OwnSockets } from "./own-sockets.js";
import { RenamedGroup } from "./renamed-group.js";
import { openShared, openUnix, type SharedSocket } from "./shared-socket.js";

/** What hotpod has bound for one listener: a socket for each generation, or one for all of them. */
export type Slot = { readonly listener: Listener } & (
  | { readonly kind: "steered"; readonly group: SteeredGroup }
  | { readonly kind: "renamed"; readonly group: RenamedGroup }
  | { readonly kind: "shared"; readonly endpoint: Endpoint | null; readonly socket: SharedSocket }
);

export interface SlotOptions {
  readonly listen: readonly Listener[];
  readonly warn: (warning: ListenWarning) => void;
  /** Also of groups that are opened elsewhere. */
  readonly own?: OwnSockets;
  /** For tests of kernels that cannot steer. */
  readonly steering?: boolean;
}

/** Binds every address. Nothing stays open when one of them fails. */
export function openSlots(libc: Libc, options: SlotOptions): Result<Slot[], ListenFailure> {
  const network = options.listen.some(({ address }) => address.kind !== "unix");
  const steering = network && (options.steering ?? true) && steeringWorks(libc);
  const opened: Slot[] = [];
  const means = { libc, steering, warn: options.warn, own: options.own ?? new OwnSockets() };
  for (const listener of options.listen) {
    const slot = openSlot(means, listener, opened);
    if (!slot.ok) {
      closeSlots(opened);
      return slot;
    }
    opened.push(slot.value);
  }
  return ok(opened);
}

interface Means extends Required<Pick<SlotOptions, "own" | "steering" | "warn">> {
  readonly libc: Libc;
}

function openSlot(
  { libc, steering, warn, own }: Means,
  listener: Listener,
  before: readonly Slot[],
): Result<Slot, ListenFailure> {
  const { address } = listener;
  if (address.kind === "unix" && RenamedGroup.canBe(address)) {
    const group = RenamedGroup.open(libc, address);
    return group.ok ? ok({ kind: "renamed", listener, group: group.value }) : group;
  }
  if (address.kind === "unix") {
    const socket = openUnix(libc, address);
    if (!socket.ok) return socket;
    warn({ kind: "unsteered", address: showAddress(address), why: "unix" });
    return ok({ kind: "shared", listener, endpoint: null, socket: socket.value });
  }
  const endpoint = resolveEndpoint(libc, address);
  if (endpoint === null) return fail({ kind: "address-unavailable", address });
  const other = before.map(endpointOf).find((each) => each && overlapping(each, endpoint));
  if (other) return fail({ kind: "overlapping", address, other: other.address });
  const squatter = boundRows(libc, address.kind).find(
    (row) => overlaps(endpoint, row) && !own.has(row.inode),
  );
  if (squatter !== undefined) {
    const holder = socketHolder(squatter.inode, new Set());
    return fail({ kind: "in-use", address, holder, shared: true });
  }
  if (!steering) {
    const socket = openShared(libc, endpoint);
    if (!socket.ok) return socket;
    warn({ kind: "unsteered", address: showAddress(address), why: "kernel" });
    return ok({ kind: "shared", listener, endpoint, socket: socket.value });
  }
  const group = new SteeredGroup(libc, endpoint, own, (row) => warn(strangerWarning(row, address)));
  // Binding now is what keeps the port ours before the first generation starts.
  const held = group.hold();
  return held.ok ? ok({ kind: "steered", listener, group }) : held;
}

function endpointOf(slot: Slot): Endpoint | null {
  if (slot.kind === "steered") return slot.group.endpoint;
  return slot.kind === "shared" ? slot.endpoint : null;
}

/** The sockets of a generation, in the order of the slots. After a failure `takeBackSlots` undoes it. */
export function provideSlots(
  slots: readonly Slot[],
  generation: GenerationId,
  source: SocketSource,
): Result<number[], string> {
  const fds: number[] = [];
  for (const slot of slots) {
    if (slot.kind === "shared") {
      fds.push(slot.socket.fd);
      continue;
    }
    const fd =
      slot.kind === "steered"
        ? steeredFd(slot.group, generation, source)
        : renamedFd(slot.group, generation, source);
    if (!fd.ok) return fail(openFailure(fd.error));
    fds.push(fd.value);
  }
  return ok(fds);
}

function steeredFd(group: SteeredGroup, generation: GenerationId, source: SocketSource) {
  const adopted = source.kind === "of" ? group.adopt(generation, source.generation) : null;
  const opened = adopted === null ? group.open(generation) : ok(adopted);
  return opened.ok ? ok(opened.value.fd) : opened;
}

function renamedFd(group: RenamedGroup, generation: GenerationId, source: SocketSource) {
  const adopted = source.kind === "of" ? group.adopt(generation, source.generation) : null;
  return adopted === null ? group.open(generation) : ok(adopted);
}

/** For a generation that never ran: what it had taken over is where it was. */
export function takeBackSlots(
  slots: readonly Slot[],
  generation: GenerationId,
  source: SocketSource,
): void {
  for (const group of ownGroups(slots)) {
    const adopted = source.kind === "of" && group.adopt(source.generation, generation) !== null;
    if (!adopted) group.close(generation);
  }
}

/** New connections go to this generation. */
export function steerSlots(slots: readonly Slot[], generation: GenerationId): void {
  for (const group of ownGroups(slots)) group.steer(generation);
}

/** Gives a generation its share of new connections where they can be divided. */
export function shareSlots(
  slots: readonly Slot[],
  generation: GenerationId,
  percent: number,
): void {
  for (const group of groupsOf(slots)) group.share(generation, percent);
}

/** Whether new connections can be divided, and where they cannot. */
export function weighing(slots: readonly Slot[]): Pick<OwnListeners, "weighs" | "undivided"> {
  const whole = slots.filter((slot) => slot.kind !== "steered" || !slot.group.canShare());
  return {
    weighs: whole.length < slots.length,
    undivided: whole.map(({ listener }) => showAddress(listener.address)),
  };
}

/** Steered sockets are released by a `Rescue`, for connections may wait in them. */
export function releaseRenamed(slots: readonly Slot[], generation: GenerationId): void {
  for (const group of renamedGroups(slots)) group.close(generation);
}

/** The steered ones, by the names of their listeners. */
export function namedGroups(slots: readonly Slot[]): NamedGroup[] {
  return slots.flatMap((slot) =>
    slot.kind === "steered" ? { name: slot.listener.name, group: slot.group } : [],
  );
}

/** Nothing reaches a generation's sockets but what is steered to it. */
export function areApart(slots: readonly Slot[]): boolean {
  return slots.every(({ kind }) => kind !== "shared");
}

/** Connections that wait in Unix sockets of this generation alone. */
export function waitingInRenamed(slots: readonly Slot[], generation: GenerationId): number {
  return renamedGroups(slots).reduce((sum, group) => sum + group.waiting(generation), 0);
}

/** Where this generation is reached by a Unix socket that is its alone. */
export function reachRenamed(slots: readonly Slot[], generation: GenerationId): Reach | null {
  const files = renamedGroups(slots).flatMap((group) => group.file(generation) ?? []);
  return files[0] === undefined ? null : { socketPath: files[0] };
}

/** Where whoever takes connections is reached by the first Unix socket. */
export function reachUnix(slots: readonly Slot[]): Reach | null {
  const paths = slots.flatMap(({ listener: { address } }) =>
    address.kind === "unix" ? address.path : [],
  );
  return paths[0] === undefined ? null : { socketPath: paths[0].replace(/^@/, "\0") };
}

export function renamedGroups(slots: readonly Slot[]): RenamedGroup[] {
  return slots.flatMap((slot) => (slot.kind === "renamed" ? slot.group : []));
}

function ownGroups(slots: readonly Slot[]): (SteeredGroup | RenamedGroup)[] {
  return slots.flatMap((slot) => (slot.kind === "shared" ? [] : slot.group));
}

export function groupsOf(slots: readonly Slot[]): SteeredGroup[] {
  return slots.flatMap((slot) => (slot.kind === "steered" ? slot.group : []));
}

export function closeSlots(slots: readonly Slot[]): void {
  for (const slot of slots) {
    if (slot.kind === "shared") slot.socket.close();
    else slot.group.closeAll();
  }
}

function openFailure(failure: ListenFailure): string {
  const address = showAddress(failure.address);
  return failure.kind === "system"
    ? `cannot open a socket for ${address}: ${failure.call} failed with ${failure.errno}`
    : `cannot open a socket for ${address}: ${failure.kind}`;
}
