import { fail, ok, type Result } from "#base/result.js";
import { overlapping } from "#edge/listeners/endpoint.js";
import { showAddress } from "#edge/listeners/listen-failure.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import type { Carrier, OwnListeners, Provided, Reach } from "#edge/listeners/own-listeners.js";
import { QueueWatch } from "#edge/listeners/queue-watch.js";
import { OwnSockets } from "#edge/listeners/slots/own-sockets.js";
import { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import { inodesIn, onTheWayTo, waitingIn } from "#edge/listeners/steered-groups.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { ArtifactId, GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import type { Told } from "./calls/call-filter.js";
import { Exchanges } from "./exchanges.js";
import { HandoverChoice } from "./offered/handover-choice.js";
import { OfferedSlots } from "./offered/offered-slots.js";
import { Takers } from "./offered/takers.js";
import { Places } from "./places.js";
import { Reachability } from "./reachability.js";
import { watchRest } from "./rest-watch.js";

export interface TransparentOptions {
  readonly emit: Emit;
  readonly warn: (warning: ListenWarning) => void;
  /** The addresses that somebody has named. */
  readonly named: readonly Listener[];
  /** With `handover: auto`: what the service may take instead of binding. */
  readonly offered?: { readonly slots: OfferedSlots; readonly own: OwnSockets };
}

/**
 * Sockets that come to be when a service binds an address or a path, in the place of its own; with `handover: auto` beside those
 * that are offered to it.
 */
export class TransparentListeners implements OwnListeners {
  readonly #libc: Libc = loadLibc();
  readonly #options: TransparentOptions;
  readonly #offered: OfferedSlots;
  readonly #choice: HandoverChoice;
  readonly #exchanges: Exchanges;
  readonly #places: Places;
  readonly #queues: QueueWatch;
  readonly #reachability = new Reachability();
  readonly #takers = new Takers();
  readonly #rests = new Map<GenerationId, () => void>();
  /** Why binds cannot be exchanged here. */
  #refused: string | null = null;
  #steered: GenerationId | null = null;
  readonly weighs: boolean;
  readonly undivided: readonly string[];

  constructor(options: TransparentOptions) {
    this.#options = options;
    this.#offered = options.offered?.slots ?? new OfferedSlots(this.#libc, []);
    this.#choice = new HandoverChoice(options.emit, options.offered === undefined);
    this.#exchanges = new Exchanges(this.#libc, {
      warn: options.warn,
      offered: this.#offered,
      own: options.offered?.own ?? new OwnSockets(),
      named: options.named,
      bound: (generation, group) => this.#noteBound(generation, group),
      isCandidate: (generation) => generation !== this.#steered && !this.#choice.takesSockets,
    });
    this.#places = new Places({
      offered: this.#offered,
      choice: this.#choice,
      exchanges: this.#exchanges,
    });
    const { weighs, undivided } = this.#offered.weighing();
    this.weighs = weighs || this.#choice.isFixed;
    this.undivided = undivided;
    this.#queues = new QueueWatch(
      {
        ...onTheWayTo(this.#libc, () => this.#exchanges.all()),
        waiting: (generation) => this.waiting(generation),
      },
      (happening) => {
        if (happening.kind === "queue-emptied") this.#awaitRest(happening.generation);
      },
    );
  }

  provide(
    generation: GenerationId,
    source: SocketSource,
    artifact: ArtifactId | null = null,
  ): Result<Provided, string> {
    if (this.#takers.begins(generation, artifact)) this.#offered.openAgain();
    const offered = this.#offered.provide(generation, source);
    if (!offered.ok) return fail(offered.error);
    if (source.kind === "of") this.#exchanges.adopt(generation, source.generation);
    const exchange: Provided["exchange"] = {
      told: this.#told(),
      watch: (listener, told, members) =>
        this.#exchanges.watch(generation, listener, told, members),
    };
    return ok({ ...offered.value, ports: [], ...(this.#refused === null ? { exchange } : {}) });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    this.#offered.takeBack(generation, source);
    if (source.kind === "of") this.#exchanges.adopt(source.generation, generation);
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
    this.#offered.steer(generation, this.#places.serves(generation));
    this.#exchanges.steer(generation);
    if (!this.#places.bindsFirst(generation)) this.#takers.took(generation);
    this.#settle();
  }

  share(generation: GenerationId, percent: number): void {
    this.#offered.share(generation, percent, this.#places.serves(generation));
    this.#exchanges.groups.share(generation, percent);
  }

  awaitQueue(generation: GenerationId): void {
    this.#queues.watch(generation);
  }

  /** Sockets are the service's; endpoints forget the pod by themselves. */
  stopAccepting(): void {
    this.#exchanges.endsSoon();
  }

  release(generation: GenerationId): void {
    this.#offered.release(generation, () => this.#settle());
    this.#takers.forget(generation);
    this.#releaseBound(generation);
    this.#settle();
  }

  carryBy(carrier: Carrier): void {
    this.#offered.carryBy(carrier);
  }

  reachFirst(generation: GenerationId): Reach | null {
    return this.#places.reachFirst(generation);
  }

  reach(generation: GenerationId, port: number | null): Reach {
    return this.#places.reach(generation, port);
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
    const [bound] = this.#exchanges.sockets.of(generation);
    const at = bound === undefined ? null : showAddress(bound.endpoint.address);
    const shown = at ?? this.#exchanges.mainFile.shown(generation);
    if (shown === null || !this.#takeElsewhere(shown, at === null)) return false;
    if (at === null) this.#exchanges.mainFile.accept();
    this.#tellReachable(generation);
    return true;
  }

  waiting(generation: GenerationId): number {
    const unix =
      this.#offered.waitingInUnix(generation) + this.#exchanges.files.waiting(generation);
    return waitingIn(this.#libc, this.#exchanges.all(), generation) + unix;
  }

  /** What a service that takes sockets has bound beside them is its own. */
  inodes(generation: GenerationId): readonly number[] {
    const groups = this.#choice.isTransparent ? this.#exchanges.all() : this.#offered.groups();
    return inodesIn(groups, generation);
  }

  close(): void {
    this.#queues.close();
    for (const stop of this.#rests.values()) stop();
    this.#exchanges.closeAll();
    this.#offered.close();
  }

  /** Addresses at which who serves has bound sockets of its own are not offered otherwise, once nobody else serves there. */
  #settle(): void {
    const serving = this.#steered;
    if (serving === null) return;
    for (const group of this.#exchanges.sockets.of(serving)) {
      this.#offered.giveUp(group, serving);
      if (this.#exchanges.groups.all().includes(group) && this.#offered.follow(group)) {
        this.#exchanges.groups.letGo(group);
      }
    }
  }

  /** Unix sockets are expected where somebody has named one, and where one was bound before. */
  #told(): Told {
    const lengths = [
      ...this.#exchanges.mainFile.pathLengths(),
      ...this.#exchanges.files.pathLengths(),
    ];
    return lengths.length === 0 ? { kind: "binds" } : { kind: "files", pathLengths: lengths };
  }

  /** False: what the generation has bound is not what it is there for. */
  #takeElsewhere(shown: string, isFile: boolean): boolean {
    if (this.#choice.isFixed) return isFile && !this.#exchanges.mainFile.isAccepted;
    const { first } = this.#offered;
    if (first === null || this.#options.named.length > 0) return false;
    if (!this.#choice.boundElsewhere(shown, showAddress(first.address))) return false;
    this.#offered.giveUpAll();
    return true;
  }

  #noteBound(generation: GenerationId, group: SteeredGroup | RenamedGroup): void {
    const { first } = this.#offered;
    if (group instanceof RenamedGroup) {
      if (group === this.#offered.firstFile()) this.#choice.bound(`unix:${group.path}`);
    } else {
      const { endpoint } = group;
      const isFirst = first === null ? this.#offered.isEmpty : overlapping(first, endpoint);
      if (isFirst) this.#choice.bound(showAddress(endpoint.address));
    }
    // Its answer to bind is on its way; who asks whether it accepts comes later.
    setImmediate(() => this.#tellReachable(generation));
  }

  #releaseBound(generation: GenerationId): void {
    this.#queues.forget(generation);
    this.#rests.get(generation)?.();
    this.#reachability.forget(generation);
    this.#rests.delete(generation);
    const succeeded = this.#steered !== null && this.#steered !== generation;
    this.#exchanges.close(generation, succeeded);
  }

  #tellReachable(generation: GenerationId): void {
    this.#reachability.tell(generation, this.#places.first(generation));
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
    const { sockets, files } = this.#exchanges;
    const ports = sockets.of(generation).map(({ endpoint }) => endpoint.port);
    const members = () => this.#exchanges.members(generation);
    const connected = () => files.connected(generation) > 0;
    this.#rests.set(generation, watchRest(this.#libc, { members, ports, connected }, rested));
  }
}
