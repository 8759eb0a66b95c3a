import { fail, ok, type Result } from "#base/result.js";
import { errnoName, type Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import { type Endpoint, overlaps, sameGroup } from "./endpoint.js";
import type { ListenFailure } from "./listen-failure.js";
import {
  closingMoves,
  type MemberOrder,
  reconciled,
  withMember,
  withoutMember,
} from "./member-order.js";
import {
  admitNew,
  attachProgram,
  dismissWaiting,
  type OpenSocket,
  openSocket,
} from "./open-socket.js";
import type { Reach } from "./own-listeners.js";
import type { OwnSockets } from "./slots/own-sockets.js";
import { boundRows, type SocketRow } from "./socket-table.js";
import { sourceAddress } from "./source-address.js";
import { type Share, steeringProgram } from "./steering-program.js";

/** Called once for each socket of somebody else that takes connections meant for us. */
export type OnStranger = (row: SocketRow, endpoint: Endpoint) => void;

/**
 * One address: a listening socket for each generation, all in one SO_REUSEPORT group, and the program that chooses among
 * them. hotpod never accepts. Two invariants, also while others join and leave: the program names the index of each socket
 * that is to get connections at every instant, and a socket that is closed is neither the oldest nor the newest of the group.
 *
 * Why the second: the kernel finds the group by the first of its sockets in a hash chain, which is the newest one over IPv4
 * and the oldest one over IPv6. While that one is being closed it has left the group and is still in the chain, so for some
 * nanoseconds a connection goes to it itself and is lost.
 */
export class SteeredGroup {
  readonly endpoint: Endpoint;
  readonly #libc: Libc;
  readonly #own: OwnSockets;
  readonly #onStranger: OnStranger;
  readonly #sockets = new Map<GenerationId, OpenSocket>();
  /** Inodes of our sockets, oldest first, also of generations that ended: their descendants may still hold them. */
  readonly #ours = new Set<number>();
  readonly #strangers = new Set<number>();
  #order: MemberOrder = [];
  #target: GenerationId | null = null;
  /** Counts where that generation has a socket. */
  #share: { readonly generation: GenerationId; readonly percent: number } | null = null;
  /** Of generations that are gone: the oldest of the group, never chosen again. */
  #kept: readonly OpenSocket[] = [];
  /** For generations to come, the next one's first. */
  #spares: readonly OpenSocket[] = [];

  /** `own` knows the sockets of all groups: addresses of two groups may overlap. */
  constructor(libc: Libc, endpoint: Endpoint, own: OwnSockets, onStranger: OnStranger) {
    this.#libc = libc;
    this.endpoint = endpoint;
    this.#own = own;
    this.#onStranger = onStranger;
  }

  socket(generation: GenerationId): OpenSocket | null {
    return this.#sockets.get(generation) ?? null;
  }

  /** Some generation has a socket here. */
  isHeld(): boolean {
    return this.#sockets.size > 0;
  }

  /** The generations that have a socket here. */
  holders(): readonly GenerationId[] {
    return [...this.#sockets.keys()];
  }

  /** Binds the address before there is a generation; clients wait in what becomes the first one's socket. */
  hold(): Result<OpenSocket, ListenFailure> {
    return this.#addSpare();
  }

  /** A socket of its own for a new generation. Nothing reaches it but what is sent from its source address. */
  open(generation: GenerationId): Result<OpenSocket, ListenFailure> {
    this.#look();
    const [next, ...rest] = this.#spares;
    const opened = next === undefined ? this.#add() : ok(next);
    if (!opened.ok) return opened;
    this.#spares = rest;
    this.#sockets.set(generation, opened.value);
    this.#target ??= generation;
    const errno = this.#attach();
    if (errno === 0) return opened;
    this.close(generation);
    const { address } = this.endpoint;
    return fail({ kind: "system", address, call: "setsockopt", errno: errnoName(errno) });
  }

  /** What waits in the sockets of a generation that has ended goes to the one that takes its place. */
  adopt(generation: GenerationId, from: GenerationId): OpenSocket | null {
    const socket = this.#sockets.get(from);
    if (socket === undefined) return null;
    this.#sockets.delete(from);
    this.#sockets.set(generation, socket);
    if (this.#target === from) this.#target = generation;
    this.#look();
    this.#attach();
    return socket;
  }

  /** New connections go to this generation from now on. 0 or an error number. */
  steer(generation: GenerationId): number {
    const shared = this.#share !== null;
    this.#share = null;
    if (this.#sockets.has(generation)) this.#target = generation;
    else if (!shared) return 0;
    this.#look();
    return this.#attach();
  }

  /**
   * So many per cent of new connections go to this generation until the next `steer`. Datagrams do not: one client's would go
   * to both. 0 or an error number.
   */
  share(generation: GenerationId, percent: number): number {
    if (!this.canShare()) return 0;
    this.#share = { generation, percent };
    this.#look();
    return this.#attach();
  }

  canShare(): boolean {
    return this.endpoint.protocol === "tcp";
  }

  /** The last generation's socket is kept for the next one: the address is never left to others, nor clients refused. */
  close(generation: GenerationId): void {
    const socket = this.#sockets.get(generation);
    if (socket === undefined) return;
    if (this.#share?.generation === generation) {
      this.#share = null;
      this.#attach();
    }
    this.#sockets.delete(generation);
    if (this.#target === generation) this.#target = oldest(this.#sockets.keys());
    if (this.#sockets.size === 0) {
      this.#spares = [socket, ...this.#spares];
      this.#attach();
      return;
    }
    this.#look();
    if (this.#isOldest(socket)) this.#keep(socket);
    else this.#remove(socket);
    this.#look();
    this.#attach();
  }

  /** `false`: new connections are dropped before their first step, and clients try again; those under way are not touched. */
  admit(admits: boolean): void {
    for (const { fd } of this.#all()) admitNew(this.#libc, fd, admits);
  }

  /** Nobody listens here any more, whoever else holds a copy; what waited is refused. */
  end(): void {
    for (const socket of this.#all()) this.#libc.shutdown(socket.fd);
    this.closeAll();
  }

  closeAll(): void {
    for (const socket of this.#all()) this.#libc.close(socket.fd);
    this.#sockets.clear();
    this.#kept = [];
    this.#spares = [];
    this.#order = [];
    for (const inode of this.#ours) this.#disown(inode);
  }

  #all(): OpenSocket[] {
    return [...this.#sockets.values(), ...this.#kept, ...this.#spares];
  }

  /** Whoever still waits there is let go, for nobody will ever accept from it: a generation that died had no time for them. */
  #keep(socket: OpenSocket): void {
    this.#kept = [...this.#kept, socket];
    if (this.endpoint.protocol === "tcp") dismissWaiting(this.#libc, socket.fd);
  }

  #remove({ fd, inode }: OpenSocket): void {
    const chosen = [this.#target, this.#share?.generation ?? null];
    const moves = chosen.some((generation) => {
      const kept = generation === null ? undefined : this.#sockets.get(generation);
      return kept !== undefined && closingMoves(this.#order, inode, kept.inode);
    });
    if (moves || this.#living().at(-1) === inode) this.#addSpare();
    this.#libc.close(fd);
    this.#order = withoutMember(this.#order, inode);
  }

  #isOldest({ inode }: OpenSocket): boolean {
    return this.#living()[0] === inode;
  }

  /** The inodes of our sockets in the group, oldest first. */
  #living(): number[] {
    return [...this.#ours].filter((inode) => this.#order.includes(inode));
  }

  #addSpare(): Result<OpenSocket, ListenFailure> {
    const opened = this.#add();
    if (opened.ok) this.#spares = [...this.#spares, opened.value];
    return opened;
  }

  #add(): Result<OpenSocket, ListenFailure> {
    const opened = openSocket(this.#libc, this.endpoint, true);
    if (!opened.ok) return opened;
    this.#ours.add(opened.value.inode);
    this.#own.add(opened.value.inode);
    this.#order = withMember(this.#order, opened.value.inode);
    return opened;
  }

  /** Compares what we believe with what the kernel lists: strangers come, sockets held by descendants go. */
  #look(): void {
    const { protocol, port } = this.endpoint;
    const rows = boundRows(this.#libc, protocol).filter((row) => row.port === port);
    // A kernel that lists nothing of ours does not show sockets at all: then what we counted is all we have.
    const shown = rows.some((row) => this.#ours.has(row.inode));
    if (!shown) return;
    const group = rows.filter((row) => sameGroup(this.endpoint, row));
    this.#order = reconciled(
      this.#order,
      group.map((row) => row.inode),
    );
    for (const inode of this.#ours) if (!this.#order.includes(inode)) this.#disown(inode);
    // A program can end a socket that it shares with us (shutdown(2)).
    for (const { fd, inode } of this.#kept) if (!this.#ours.has(inode)) this.#libc.close(fd);
    this.#kept = this.#kept.filter(({ inode }) => this.#ours.has(inode));
    for (const row of rows) {
      if (this.#own.has(row.inode) || this.#strangers.has(row.inode)) continue;
      if (!overlaps(this.endpoint, row)) continue;
      this.#strangers.add(row.inode);
      this.#onStranger(row, this.endpoint);
    }
  }

  #disown(inode: number): void {
    this.#ours.delete(inode);
    this.#own.forget(inode);
  }

  #attach(): number {
    const target = this.#target === null ? undefined : this.#sockets.get(this.#target);
    const any = target ?? this.#sockets.values().next().value ?? this.#spares[0];
    if (any === undefined) return 0;
    const index = Math.max(0, this.#order.indexOf(any.inode));
    const branches = [...this.#sockets].map(([generation, { inode }]) => ({
      source: sourceAddress(generation),
      index: this.#order.indexOf(inode),
    }));
    const live = branches.filter((branch) => branch.index >= 0);
    return attachProgram(this.#libc, any.fd, steeringProgram(index, live, this.#shareNow()));
  }

  #shareNow(): Share | null {
    if (this.#share === null || this.#share.percent === 0) return null;
    const { generation, percent } = this.#share;
    const socket = this.#sockets.get(generation);
    const index = socket === undefined ? -1 : this.#order.indexOf(socket.inode);
    return index < 0 ? null : { index, percent };
  }
}

function oldest(generations: Iterable<GenerationId>): GenerationId | null {
  const all = [...generations];
  return all.length === 0 ? null : Math.min(...all);
}

/** Where this machine reaches one generation of a group, or whoever is steered to over IPv6. */
export function reachOf(endpoint: Endpoint, generation: GenerationId): Reach {
  const { port, reach, reachV4 } = endpoint;
  if (reachV4 === null) return { host: reach, port };
  return { host: reachV4, port, localAddress: sourceAddress(generation) };
}
