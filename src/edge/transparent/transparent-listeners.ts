import { constants } from "node:os";
import { ok, type Result } from "#base/result.js";
import { type Endpoint, overlaps, resolveEndpoint } from "#edge/listeners/endpoint.js";
import { showAddress } from "#edge/listeners/listen-failure.js";
import { type ListenWarning, strangerWarning } from "#edge/listeners/open-listeners.js";
import type { OwnListeners, Provided, Reach } from "#edge/listeners/own-listeners.js";
import { QueueWatch } from "#edge/listeners/queue-watch.js";
import { listeningRows } from "#edge/listeners/socket-table.js";
import { reachOf, SteeredGroup } from "#edge/listeners/steered-group.js";
import { inodesIn, onTheWayTo, waitingIn } from "#edge/listeners/steered-groups.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import type { BoundAddress } from "./bind-request.js";
import { type BindWatch, startBindWatch } from "./bind-watch.js";
import type { SocketFacts } from "./foreign-socket.js";
import { watchRest } from "./rest-watch.js";
import { addressOf, type BindOutcome, takeBind } from "./take-bind.js";

export interface TransparentOptions {
  readonly emit: Emit;
  readonly warn: (warning: ListenWarning) => void;
}

/** Steered sockets that come to be when a service binds an address, in the place of its own. */
export class TransparentListeners implements OwnListeners {
  readonly #libc: Libc = loadLibc();
  readonly #options: TransparentOptions;
  readonly #groups = new Map<string, SteeredGroup>();
  readonly #binds: BindWatch;
  readonly #queues: QueueWatch;
  /** The addresses each generation has bound, in its order. */
  readonly #bound = new Map<GenerationId, SteeredGroup[]>();
  readonly #members = new Map<GenerationId, () => readonly number[]>();
  readonly #onBound = new Map<GenerationId, () => void>();
  readonly #rests = new Map<GenerationId, () => void>();
  #steered: GenerationId | null = null;
  #share: { readonly generation: GenerationId; readonly percent: number } | null = null;
  readonly weighs = true;
  readonly undivided: readonly string[] = [];

  constructor(options: TransparentOptions) {
    this.#options = options;
    this.#binds = startBindWatch(this.#libc);
    this.#queues = new QueueWatch(
      onTheWayTo(this.#libc, () => this.#all()),
      (happening) => {
        if (happening.kind === "queue-emptied") this.#awaitRest(happening.generation);
      },
    );
  }

  provide(generation: GenerationId, source: SocketSource): Result<Provided, string> {
    if (source.kind === "of") this.#adopt(generation, source.generation);
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
    return ok({ fds: [], ports: [], apart: true, binds });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    if (source.kind === "of") this.#adopt(source.generation, generation);
    this.release(generation);
  }

  steer(generation: GenerationId): void {
    this.#steered = generation;
    this.#share = null;
    for (const group of this.#groups.values()) group.steer(generation);
  }

  share(generation: GenerationId, percent: number): void {
    this.#share = { generation, percent };
    for (const group of this.#groups.values()) group.share(generation, percent);
  }

  awaitQueue(generation: GenerationId): void {
    this.#queues.watch(generation);
  }

  /** Sockets are the service's; endpoints forget the pod by themselves. */
  stopAccepting(): void {}

  release(generation: GenerationId): void {
    this.#queues.forget(generation);
    this.#rests.get(generation)?.();
    for (const map of [this.#rests, this.#bound, this.#members, this.#onBound]) {
      map.delete(generation);
    }
    const succeeded = this.#steered !== null && this.#steered !== generation;
    for (const [key, group] of [...this.#groups]) {
      group.close(generation);
      // An address that the new version has given up is given up; else it is kept for the one that comes.
      if (!succeeded || group.isHeld()) continue;
      group.closeAll();
      this.#groups.delete(key);
    }
  }

  reachFirst(generation: GenerationId): Reach | null {
    const first = this.#bound.get(generation)?.[0];
    return first === undefined ? null : reachOf(first.endpoint, generation);
  }

  reach(generation: GenerationId, port: number | null): Reach {
    const bound = this.#bound.get(generation) ?? [];
    const group = bound.find(({ endpoint }) => port === null || endpoint.port === port);
    if (group !== undefined) return reachOf(group.endpoint, generation);
    return { host: "127.0.0.1", port: port ?? 80 };
  }

  onReachable(generation: GenerationId, reachable: () => void): () => void {
    if (this.#bound.has(generation)) {
      reachable();
      return () => {};
    }
    this.#onBound.set(generation, reachable);
    return () => this.#onBound.delete(generation);
  }

  waiting(generation: GenerationId): number {
    return waitingIn(this.#libc, this.#all(), generation);
  }

  inodes(generation: GenerationId): readonly number[] {
    return inodesIn(this.#all(), generation);
  }

  close(): void {
    this.#queues.close();
    for (const stop of this.#rests.values()) stop();
    this.#binds.close();
    for (const group of this.#groups.values()) group.closeAll();
  }

  /** A descriptor for the address, or the error number that the service is told. */
  #open(generation: GenerationId, address: BoundAddress, facts: SocketFacts): BindOutcome {
    const listen = addressOf(address, facts);
    const key = showAddress(listen);
    const group = this.#groups.get(key) ?? this.#newGroup(listen);
    if (group === null) return { kind: "errno", errno: constants.errno.EADDRINUSE };
    const known = group.socket(generation);
    const opened = known === null ? group.open(generation) : ok(known);
    if (!opened.ok) {
      const { errno } = constants;
      const refused = opened.error.kind === "privileged" ? errno.EACCES : errno.EADDRNOTAVAIL;
      return { kind: "errno", errno: opened.error.kind === "in-use" ? errno.EADDRINUSE : refused };
    }
    this.#groups.set(key, group);
    const bound = this.#bound.get(generation) ?? [];
    if (!bound.includes(group)) this.#bound.set(generation, [...bound, group]);
    // Its answer to bind is on its way; who asks whether it accepts comes later.
    setImmediate(() => {
      this.#onBound.get(generation)?.();
      this.#onBound.delete(generation);
    });
    return { kind: "socket", fd: opened.value.fd };
  }

  /** null: somebody else listens there. */
  #newGroup(listen: { kind: "tcp"; host: string; port: number }): SteeredGroup | null {
    const endpoint = resolveEndpoint(this.#libc, listen);
    if (endpoint === null || this.#isTaken(endpoint)) return null;
    const group = new SteeredGroup(this.#libc, endpoint, (row) => {
      if (!this.#isOwn(row.inode)) this.#options.warn(strangerWarning(row, listen));
    });
    if (this.#share !== null) group.share(this.#share.generation, this.#share.percent);
    return group;
  }

  #isTaken(endpoint: Endpoint): boolean {
    return listeningRows(this.#libc).some(
      (row) => overlaps(endpoint, row) && !this.#isOwn(row.inode),
    );
  }

  #isOwn(inode: number): boolean {
    return this.#all().some((group) => group.owns(inode));
  }

  #adopt(generation: GenerationId, from: GenerationId): void {
    for (const group of this.#groups.values()) group.adopt(generation, from);
  }

  /** Its queue is empty; what it is answering is awaited as well, for it may know nothing of signals. */
  #awaitRest(generation: GenerationId): void {
    const ports = (this.#bound.get(generation) ?? []).map(({ endpoint }) => endpoint.port);
    const members = this.#members.get(generation) ?? (() => []);
    const stop = watchRest(this.#libc, members, ports, () => {
      this.#rests.delete(generation);
      this.#options.emit({ kind: "queue-emptied", generation });
    });
    this.#rests.set(generation, stop);
  }

  #all(): SteeredGroup[] {
    return [...this.#groups.values()];
  }
}
