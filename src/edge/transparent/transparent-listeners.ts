import { constants } from "node:os";
import { fail, ok, type Result } from "#base/result.js";
import { overlapping, resolveEndpoint } from "#edge/listeners/endpoint.js";
import { showAddress } from "#edge/listeners/listen-failure.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import type { Carrier, OwnListeners, Provided, Reach } from "#edge/listeners/own-listeners.js";
import { QueueWatch } from "#edge/listeners/queue-watch.js";
import { heldSockets } from "#edge/listeners/socket-holder.js";
import { reachOf, type SteeredGroup } from "#edge/listeners/steered-group.js";
import { inodesIn, onTheWayTo, waitingIn } from "#edge/listeners/steered-groups.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import type { BoundAddress } from "./bind-request.js";
import { type BindWatch, startBindWatch } from "./bind-watch.js";
import { BoundGroups } from "./bound-groups.js";
import { errorNumber } from "./error-number.js";
import type { SocketFacts } from "./foreign-socket.js";
import { HandoverChoice } from "./handover-choice.js";
import { OfferedSlots } from "./offered-slots.js";
import { Reachability } from "./reachability.js";
import { watchRest } from "./rest-watch.js";
import { addressOf, type BindOutcome, takeBind } from "./take-bind.js";

export interface TransparentOptions {
  readonly emit: Emit;
  readonly warn: (warning: ListenWarning) => void;
  /** With `handover: auto`: what the service may take instead of binding. */
  readonly offered?: OfferedSlots;
  /** Nobody has named an address: one that the service binds elsewhere is its own. */
  readonly anywhere?: boolean;
}

/**
 * Steered sockets that come to be when a service binds an address, in the place of its own; with `handover: auto` beside those
 * that are offered to it.
 */
export class TransparentListeners implements OwnListeners {
  readonly #libc: Libc = loadLibc();
  readonly #options: TransparentOptions;
  readonly #offered: OfferedSlots;
  readonly #choice: HandoverChoice;
  /** Of addresses that were not offered. */
  readonly #groups: BoundGroups;
  readonly #binds: BindWatch;
  readonly #queues: QueueWatch;
  /** The addresses each generation has bound, in its order. */
  readonly #bound = new Map<GenerationId, SteeredGroup[]>();
  readonly #members = new Map<GenerationId, () => readonly number[]>();
  readonly #reachability = new Reachability();
  readonly #rests = new Map<GenerationId, () => void>();
  /** Why binds cannot be exchanged here. */
  #refused: string | null = null;
  #steered: GenerationId | null = null;
  readonly weighs: boolean;
  readonly undivided: readonly string[];

  constructor(options: TransparentOptions) {
    this.#options = options;
    this.#offered = options.offered ?? new OfferedSlots(this.#libc, []);
    this.#choice = new HandoverChoice(options.emit, options.offered === undefined);
    this.#groups = new BoundGroups(this.#libc, options.warn, (inode) =>
      this.#all().some((group) => group.owns(inode)),
    );
    const { weighs, undivided } = this.#offered.weighing();
    this.weighs = weighs || this.#choice.isFixed;
    this.undivided = undivided;
    this.#binds = startBindWatch(this.#libc);
    this.#queues = new QueueWatch(
      {
        ...onTheWayTo(this.#libc, () => this.#all()),
        waiting: (generation) => this.waiting(generation),
      },
      (happening) => {
        if (happening.kind === "queue-emptied") this.#awaitRest(happening.generation);
      },
    );
  }

  provide(generation: GenerationId, source: SocketSource): Result<Provided, string> {
    const offered = this.#offered.provide(generation, source);
    if (!offered.ok) return fail(offered.error);
    if (source.kind === "of") this.#groups.adopt(generation, source.generation);
    const binds = (listener: number, members: () => readonly number[]): void => {
      this.#members.set(generation, members);
      this.#binds.watch(listener, (request) => {
        const open = (address: BoundAddress, facts: SocketFacts) =>
          this.#open(generation, address, facts);
        const outcome = takeBind(this.#libc, listener, request, open);
        if (outcome.kind === "forbidden") {
          this.#options.warn({ kind: "unwatched", generation, code: outcome.code });
        }
      });
    };
    return ok({ ...offered.value, ports: [], ...(this.#refused === null ? { binds } : {}) });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    this.#offered.takeBack(generation, source);
    if (source.kind === "of") this.#groups.adopt(source.generation, generation);
    this.#releaseBound(generation);
  }

  /** What is offered remains. */
  forgoBinds(reason: string): boolean {
    if (this.#choice.isFixed || this.#refused !== null) return false;
    this.#refused = reason;
    this.#options.warn({ kind: "unexchanged", reason });
    return true;
  }

  steer(generation: GenerationId): void {
    if (!this.#offered.isEmpty) this.#choice.served();
    // One that stands by may be steered back to while its queue is watched.
    this.#queues.forget(generation);
    this.#rests.get(generation)?.();
    this.#rests.delete(generation);
    this.#steered = generation;
    this.#offered.steer(generation);
    this.#groups.steer(generation);
  }

  share(generation: GenerationId, percent: number): void {
    this.#offered.share(generation, percent);
    this.#groups.share(generation, percent);
  }

  awaitQueue(generation: GenerationId): void {
    this.#queues.watch(generation);
  }

  /** Sockets are the service's; endpoints forget the pod by themselves. */
  stopAccepting(): void {}

  release(generation: GenerationId): void {
    this.#offered.release(generation);
    this.#releaseBound(generation);
    const next = this.#steered;
    if (next === null || next === generation) return;
    for (const { endpoint } of this.#groups.all()) this.#offered.giveUp(endpoint, next);
  }

  carryBy(carrier: Carrier): void {
    this.#offered.carryBy(carrier);
  }

  reachFirst(generation: GenerationId): Reach | null {
    const isWorker = !this.#choice.isFixed && this.#offered.isEmpty;
    const first = isWorker ? null : this.#firstGroup(generation);
    return first === null
      ? this.#offered.reachExactly(generation)
      : reachOf(first.endpoint, generation);
  }

  reach(generation: GenerationId, port: number | null): Reach {
    const known = [...(this.#bound.get(generation) ?? []), ...this.#offered.groups()];
    const group =
      port === null
        ? this.#firstGroup(generation)
        : known.find(({ endpoint }) => endpoint.protocol === "tcp" && endpoint.port === port);
    if (group) return reachOf(group.endpoint, generation);
    const unix = port === null ? this.#offered.reachUnix(generation) : null;
    return unix ?? { host: "127.0.0.1", port: port ?? 80 };
  }

  onReachable(generation: GenerationId, reachable: () => void): () => void {
    // A Unix socket is there from the start; a worker without addresses is ready when it runs, whatever it binds.
    if (!this.#choice.isFixed && this.#offered.first === null) {
      reachable();
      return () => {};
    }
    const forget = this.#reachability.ask(generation, reachable);
    this.#tellReachable(generation);
    return forget;
  }

  takeAsItIs(generation: GenerationId): boolean {
    const [bound] = this.#bound.get(generation) ?? [];
    const { first } = this.#offered;
    if (bound === undefined || first === null || !this.#options.anywhere) return false;
    const at = showAddress(bound.endpoint.address);
    if (!this.#choice.boundElsewhere(at, showAddress(first.address))) return false;
    this.#offered.giveUpAll();
    this.#tellReachable(generation);
    return true;
  }

  waiting(generation: GenerationId): number {
    return waitingIn(this.#libc, this.#all(), generation) + this.#offered.waitingInUnix(generation);
  }

  /** What a service that takes sockets has bound beside them is its own. */
  inodes(generation: GenerationId): readonly number[] {
    const groups = this.#choice.isTransparent ? this.#all() : this.#offered.groups();
    return inodesIn(groups, generation);
  }

  close(): void {
    this.#queues.close();
    for (const stop of this.#rests.values()) stop();
    this.#binds.close();
    this.#offered.close();
    this.#groups.closeAll();
  }

  /** A descriptor for the address, or the error number that the service is told. */
  #open(generation: GenerationId, address: BoundAddress, facts: SocketFacts): BindOutcome {
    const { errno } = constants;
    const listen = addressOf(address, facts);
    const endpoint = resolveEndpoint(this.#libc, listen);
    if (endpoint === null) return { kind: "errno", errno: errno.EADDRNOTAVAIL };
    this.#forgetClosed(generation);
    const group = this.#offered.groupAt(endpoint) ?? this.#groups.groupAt(endpoint);
    if (group === null) return { kind: "errno", errno: errno.EADDRINUSE };
    const known = group.socket(generation);
    const opened = known === null ? group.open(generation) : ok(known);
    if (!opened.ok) return { kind: "errno", errno: errorNumber(opened.error) };
    this.#noteBound(generation, group);
    return { kind: "socket", fd: opened.value.fd };
  }

  /**
   * Programs try ports by listening there for a moment. Whoever they have closed is nobody's: in a socket of ours that stayed
   * open clients would wait for ever.
   */
  #forgetClosed(generation: GenerationId): void {
    const bound = this.#bound.get(generation) ?? [];
    const held = bound.length === 0 ? null : heldSockets(this.#members.get(generation)?.() ?? []);
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

  #noteBound(generation: GenerationId, group: SteeredGroup): void {
    const { endpoint } = group;
    const { first } = this.#offered;
    const shown = showAddress(endpoint.address);
    if (this.#offered.groupAt(endpoint) === null) {
      this.#groups.keep(group);
      this.#offered.giveUp(endpoint, generation);
    }
    const isFirst = first === null ? this.#offered.isEmpty : overlapping(first, endpoint);
    if (isFirst) this.#choice.bound(shown);
    const bound = this.#bound.get(generation) ?? [];
    if (!bound.includes(group)) this.#bound.set(generation, [...bound, group]);
    // Its answer to bind is on its way; who asks whether it accepts comes later.
    setImmediate(() => this.#tellReachable(generation));
  }

  #releaseBound(generation: GenerationId): void {
    this.#queues.forget(generation);
    this.#rests.get(generation)?.();
    this.#reachability.forget(generation);
    for (const map of [this.#rests, this.#bound, this.#members]) map.delete(generation);
    const succeeded = this.#steered !== null && this.#steered !== generation;
    this.#groups.close(generation, succeeded);
  }

  /** Where this generation is asked; null: there is nothing yet. */
  #firstGroup(generation: GenerationId): SteeredGroup | null {
    const bound = this.#bound.get(generation) ?? [];
    const { first } = this.#offered;
    if (first === null && !this.#offered.isEmpty) return null;
    if (first === null || this.#choice.isElsewhere) return bound[0] ?? null;
    const instead = bound.find(({ endpoint }) => overlapping(endpoint, first));
    return instead ?? this.#offered.firstGroup();
  }

  #tellReachable(generation: GenerationId): void {
    this.#reachability.tell(generation, this.#firstGroup(generation));
  }

  /** Its queue is empty; what it is answering is awaited as well where it may know nothing of signals. */
  #awaitRest(generation: GenerationId): void {
    const rested = (): void => {
      this.#rests.delete(generation);
      this.#options.emit({ kind: "queue-emptied", generation });
    };
    if (!this.#choice.isTransparent) {
      rested();
      return;
    }
    const ports = (this.#bound.get(generation) ?? []).map(({ endpoint }) => endpoint.port);
    const members = this.#members.get(generation) ?? (() => []);
    this.#rests.set(generation, watchRest(this.#libc, members, ports, rested));
  }

  #all(): SteeredGroup[] {
    return [...this.#offered.groups(), ...this.#groups.all()];
  }
}
