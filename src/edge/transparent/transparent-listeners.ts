import { fail, ok, type Result } from "#base/result.js";
import { overlapping } from "#edge/listeners/endpoint.js";
import { showAddress } from "#edge/listeners/listen-failure.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import type { Carrier, OwnListeners, Provided, Reach } from "#edge/listeners/own-listeners.js";
import { type OnTheWay, QueueWatch } from "#edge/listeners/queue-watch.js";
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
import { Rests } from "./rests.js";

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
  readonly #rests: Rests;
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
      accepts: (generation, group) => this.#places.serves(generation)(group),
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
    const onTheWay: OnTheWay = {
      ...onTheWayTo(this.#libc, () => this.#exchanges.all()),
      waiting: (generation) => this.waiting(generation),
    };
    this.#queues = new QueueWatch(onTheWay, (happening) => {
      if (happening.kind === "queue-emptied") this.#awaitRest(happening.generation);
    });
    this.#rests = new Rests(this.#libc, {
      ...{ exchanges: this.#exchanges, onTheWay },
      leftBehind: (generation) => this.#leftBehind(generation),
      end: (generation, groups) => this.#endLeft(generation, groups),
    });
  }

  provide(
    generation: GenerationId,
    source: SocketSource,
    artifact: ArtifactId | null = null,
  ): Result<Provided, string> {
    const takes = this.#takers.begins(generation, artifact);
    if (takes) this.#offered.openAgain();
    const offered = this.#offered.provide(generation, source);
    if (!offered.ok) return fail(offered.error);
    if (source.kind === "of") this.#adopt(generation, source.generation);
    if (takes) this.#exchanges.sockets.forgetUnbound(generation, this.#offered.groups());
    const exchange: Provided["exchange"] = {
      told: this.#told(),
      watch: (listener, told, members) =>
        this.#exchanges.watch(generation, listener, told, members),
    };
    return ok({ ...offered.value, ports: [], ...(this.#refused === null ? { exchange } : {}) });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    this.#offered.takeBack(generation, source);
    if (source.kind === "of") this.#adopt(source.generation, generation);
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
    this.#rests.forget(generation);
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
    this.#settle();
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
    this.#rests.close();
    this.#exchanges.closeAll();
    this.#offered.close();
  }

  /** Whoever takes the sockets over that clients are sent to is who they are sent to. */
  #adopt(generation: GenerationId, from: GenerationId): void {
    this.#exchanges.adopt(generation, from);
    if (this.#steered === from) this.#steered = generation;
  }

  /** Where who serves has bound sockets of its own, those are what is offered from now on. */
  #settle(): void {
    if (this.#steered === null) return;
    const { sockets, groups } = this.#exchanges;
    const accepts = this.#places.accepts();
    // Of two parts it is the one that most clients use.
    const overV4 = ({ endpoint }: SteeredGroup) => Number(endpoint.reachV4 !== null);
    for (const group of sockets.of(this.#steered).toSorted((a, b) => overV4(b) - overV4(a))) {
      if (this.#offered.replace(group, accepts)) groups.letGo(group);
    }
    this.#offered.endLeft(accepts);
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
    this.#reachability.forget(generation);
    const succeeded = this.#steered !== null && this.#steered !== generation;
    this.#exchanges.close(generation, succeeded);
    // Only now: a door that is opened again earlier lets clients in to a generation that is gone.
    this.#rests.forget(generation);
  }

  #tellReachable(generation: GenerationId): void {
    this.#reachability.tell(generation, this.#places.first(generation));
  }

  /** Its queue is empty; what it is answering is awaited as well where it may know nothing of signals. */
  #awaitRest(generation: GenerationId): void {
    const rested = (): void => this.#options.emit({ kind: "queue-emptied", generation });
    if (this.#choice.isTransparent) this.#rests.await(generation, rested);
    else rested();
  }

  /** Where it goes on accepting, for whoever is steered to has bound another socket instead. */
  #leftBehind(generation: GenerationId): SteeredGroup[] {
    if (this.#steered === null || this.#steered === generation) return [];
    const serves = this.#places.serves(this.#steered);
    const own = this.#exchanges.all().filter((group) => group.socket(generation) !== null);
    return own.filter((group) => !serves(group));
  }

  #endLeft(generation: GenerationId, groups: readonly SteeredGroup[]): void {
    const accepts = this.#places.accepts();
    const others = (group: SteeredGroup) => group.holders().filter((each) => each !== generation);
    for (const group of groups) {
      if (others(group).some((each) => accepts(each, group))) continue;
      this.#offered.end(group);
      if (this.#exchanges.groups.all().includes(group)) {
        this.#exchanges.groups.abandon(group, generation);
      }
    }
    this.#settle();
  }
}
