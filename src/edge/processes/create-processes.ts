import { readFileSync } from "node:fs";
import type { DurationMs } from "#base/time.js";
import type { HttpTarget } from "#config/settings.js";
import { bundledFile } from "#edge/bundled-file.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import { type Moves, openMoves } from "#edge/moves/open-moves.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { Artifact, GenerationId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import type { Processes } from "#ports/processes.js";
import { describeListening, type OwnSocket } from "./describe-listening.js";
import { GenerationProcess, type ServiceSettings } from "./generation-process.js";
import { askHttp, type HttpAnswer } from "./http-ask.js";
import { readMemory, unreclaimableBytes } from "./memory.js";
import { sweepNotifySockets } from "./notify-socket.js";
import type { Reaper } from "./reaper.js";
import { type ShimProcess, spawnShim } from "./shim-process.js";

/** What is run for an artifact. `env` is complete but for what hotpod adds for every generation. */
export interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface ProcessesOptions {
  readonly settings: ServiceSettings;
  readonly listeners: OwnListeners;
  readonly reaper: Reaper;
  readonly emit: Emit;
  readonly programOf: (artifact: Artifact) => Program;
  /** The bundled exec shim; found by itself where hotpod was built. */
  readonly shim?: string;
}

/** The port, and what its owner may do ahead of time and at the end. */
export interface OwnProcesses extends Processes {
  /** The way of connections from one generation to the next. */
  readonly moves: Moves;
  /** Starts an exec shim that waits for the next generation. At most one waits. */
  prewarm(): void;
  /** Ends the waiting shim: nothing will be started soon. */
  discardWarm(): void;
  /** `ready.http` has changed: whoever is waited for is asked by the new one. */
  askReadinessAnew(): void;
  /** Asks a generation once to do something (`POST`). */
  post(generation: GenerationId, target: HttpTarget): Promise<HttpAnswer>;
  /** What a generation listens on beside the sockets it was given. */
  describeListening(generation: GenerationId): readonly OwnSocket[];
  /** The main processes that run, for people. */
  pids(): ReadonlyMap<GenerationId, number>;
  /** Ends everything at once, strays included, and stops looking. For the very end. */
  close(): void;
}

const F_SETFD = 2;
const LIVENESS_TIMEOUT_MS: DurationMs = 1_000;
const POST_TIMEOUT_MS: DurationMs = 5_000;

export function createProcesses(options: ProcessesOptions): OwnProcesses {
  const libc = loadLibc();
  // Node sets close-on-exec on what it was started with; the service's output is to pass through.
  for (const fd of [0, 1, 2]) libc.fcntl(fd, F_SETFD, 0);
  sweepNotifySockets(libc, options.settings.store.dir);
  return new Generations(libc, options);
}

class Generations implements OwnProcesses {
  readonly moves: Moves;
  readonly #libc: Libc;
  readonly #options: ProcessesOptions;
  readonly #openFiles = inheritedOpenFiles();
  readonly #shim: string;
  readonly #running = new Map<GenerationId, GenerationProcess>();
  readonly #asking = new AbortController();
  #warm: ShimProcess | null = null;
  #measuredBytes: number | null = null;

  constructor(libc: Libc, options: ProcessesOptions) {
    this.#libc = libc;
    this.moves = openMoves(libc);
    this.#options = options;
    this.#shim = options.shim ?? bundledFile("shim.cjs");
  }

  start(generation: GenerationId, artifact: Artifact, sockets: SocketSource): void {
    const { listeners, programOf, settings } = this.#options;
    const provided = listeners.provide(generation, sockets, artifact.id);
    if (!provided.ok) {
      this.#spawnFailed(generation, provided.error);
      return;
    }
    const shim = this.#takeShim();
    if (typeof shim === "string") {
      listeners.takeBack(generation, sockets);
      this.#spawnFailed(generation, shim);
      return;
    }
    const process = new GenerationProcess({
      libc: this.#libc,
      listeners,
      provided: provided.value,
      settings,
      emit: (happening) => this.#emitLater(happening),
      generation,
      shim,
      failed: (failure) => {
        listeners.takeBack(generation, sockets);
        const again = failure.noBinds !== null && listeners.forgoBinds?.(failure.noBinds);
        if (again) this.start(generation, artifact, sockets);
        else this.#spawnFailed(generation, failure.text);
      },
      others: () => this.#mainsExcept(generation),
      ended: () => {
        this.#running.delete(generation);
        this.moves.forget(generation);
      },
    });
    this.#running.set(generation, process);
    // Connections come from sockets that are handed over; without those there is nothing to move.
    const moving = provided.value.fds.length > 0 ? this.moves.provide(generation) : [];
    process.start(programOf(artifact), moving, this.#openFiles);
    this.moves.given(generation);
  }

  stopReadiness(generation: GenerationId): void {
    this.#running.get(generation)?.stopReadiness();
  }

  askReadinessAnew(): void {
    for (const process of this.#running.values()) process.askReadinessAnew();
  }

  signal(generation: GenerationId, signal: string): void {
    this.#running.get(generation)?.signal(signal);
  }

  kill(generation: GenerationId): void {
    this.#running.get(generation)?.kill();
  }

  probeLiveness(generation: GenerationId): void {
    const target = this.#options.settings.liveness.http;
    if (target === null) return;
    const asked = this.#ask(generation, target, "GET");
    void asked.then((answer) => {
      const { good, detail } = answer;
      if (this.#asking.signal.aborted) return;
      this.#emitLater({ kind: "liveness-answered", generation, good, detail });
    });
  }

  post(generation: GenerationId, target: HttpTarget): Promise<HttpAnswer> {
    return this.#ask(generation, target, "POST");
  }

  measureMemory(generation: GenerationId): void {
    const sizes = [...this.#running.values()].map((each) => unreclaimableBytes(each.members()));
    const largest = Math.max(0, ...sizes);
    if (largest > 0) this.#measuredBytes = largest;
    const reading = readMemory();
    const memory = reading === null ? null : { ...reading, generationBytes: this.#measuredBytes };
    this.#emitLater({ kind: "memory-measured", generation, memory });
  }

  prewarm(): void {
    if (this.#warm !== null) return;
    const spawned = spawnShim(this.#libc, this.#options.reaper, this.#shim);
    if (!spawned.ok) return;
    const shim = spawned.value;
    this.#warm = shim;
    shim.onExit(() => {
      if (this.#warm === shim) this.#warm = null;
    });
  }

  discardWarm(): void {
    this.#warm?.discard();
    this.#warm = null;
  }

  describeListening(generation: GenerationId): readonly OwnSocket[] {
    const members = this.#running.get(generation)?.members() ?? [];
    const ports = this.#running.get(generation)?.ports ?? [];
    const inodes = this.#options.listeners.inodes(generation);
    return describeListening(members, inodes, this.#libc).filter(
      ({ address }) => !ports.some((port) => address.endsWith(`:${port}`)),
    );
  }

  pids(): ReadonlyMap<GenerationId, number> {
    return new Map([...this.#running].map(([generation, { pid }]) => [generation, pid]));
  }

  close(): void {
    this.#asking.abort();
    this.discardWarm();
    for (const running of this.#running.values()) running.close();
    this.#running.clear();
    this.moves.close();
  }

  #ask(generation: GenerationId, target: HttpTarget, method: "GET" | "POST"): Promise<HttpAnswer> {
    return askHttp({
      reach: this.#options.listeners.reach(generation, target.port),
      path: target.path,
      method,
      timeoutMs: method === "GET" ? LIVENESS_TIMEOUT_MS : POST_TIMEOUT_MS,
      cancelled: this.#asking.signal,
      holds: (server, client) => this.#running.get(generation)?.holds(server, client) ?? null,
    });
  }

  /** The waiting shim, or a new one; a text says why there is none. */
  #takeShim(): ShimProcess | string {
    const warm = this.#warm;
    this.#warm = null;
    if (warm !== null) return warm;
    const spawned = spawnShim(this.#libc, this.#options.reaper, this.#shim);
    return spawned.ok ? spawned.value : spawned.error;
  }

  #mainsExcept(generation: GenerationId): Set<number> {
    const others = [...this.#running].filter(([other]) => other !== generation);
    return new Set(others.map(([, { pid }]) => pid));
  }

  #spawnFailed(generation: GenerationId, reason: string): void {
    this.#emitLater({ kind: "spawn-failed", generation, reason });
  }

  #emitLater(happening: Happening): void {
    setImmediate(() => this.#options.emit(happening));
  }
}

/**
 * The soft limit of open files hotpod itself was started with. Node raises its own, which programs using select(2) do not
 * survive; the parent still has the old one. null for PID 1, where nobody is left to ask.
 */
function inheritedOpenFiles(): number | null {
  try {
    const limits = readFileSync(`/proc/${process.ppid}/limits`, "utf8");
    const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
    return Number.isInteger(soft) ? soft : null;
  } catch {
    return null;
  }
}
