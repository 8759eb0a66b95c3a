import type { Settings } from "#config/settings.js";
import type { OwnListeners, Provided } from "#edge/listeners/own-listeners.js";
import { socketInodes } from "#edge/listeners/socket-holder.js";
import { receiveDescriptors } from "#edge/native/descriptor-message.js";
import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";
import { connectionInode, type EndPoint } from "#edge/native/socket-diag.js";
import { toldBeside } from "#edge/transparent/files/named-sockets.js";
import type { GenerationId } from "#model/generation.js";
import type { Emit } from "#ports/emit.js";
import type { Program } from "./create-processes.js";
import { type Notification, type NotifySocket, openNotifySocket } from "./notify-socket.js";
import { processesOf, processTable } from "./process-tree.js";
import { watchReadiness } from "./readiness.js";
import { givenPorts, serviceEnvironment } from "./service-environment.js";
import { FIRST_DESCRIPTOR } from "./shim-order.js";
import type { ShimProcess, StartFailure } from "./shim-process.js";
import { signalNumber, type WaitStatus } from "./wait-status.js";

/** The settings that a process is started and asked by. Hot ones are read when they are needed. */
export type ServiceSettings = Pick<Settings, "listen" | "ready" | "liveness" | "store"> & {
  readonly policy: Pick<Settings["policy"], "drainTimeoutMs">;
};

export interface GenerationOptions {
  readonly libc: Libc;
  readonly listeners: OwnListeners;
  readonly provided: Provided;
  readonly settings: ServiceSettings;
  /** Delivers a turn later, in order. */
  readonly emit: Emit;
  readonly generation: GenerationId;
  readonly shim: ShimProcess;
  /** Main processes of the other generations. */
  readonly others: () => ReadonlySet<number>;
  /** Its program never ran; nothing of it is left. */
  readonly failed: (failure: StartFailure) => void;
  /** Nothing of it is left. */
  readonly ended: () => void;
}

const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
const SWEEP_MS_MIN = 1;
const SWEEP_MS_MAX = 50;

/** One generation's tree of processes, from the order to its shim until nothing of it is left. */
export class GenerationProcess {
  readonly pid: number;
  readonly #options: GenerationOptions;
  #notify: NotifySocket | null = null;
  #stopReadiness: (() => void) | null = null;
  /** `starting`: the shim has its order, whether the program runs is not known. */
  #life: "starting" | "running" | "exited" = "starting";
  /** Heard before it was known that the program runs. */
  readonly #early: Notification[] = [];
  #ended: WaitStatus | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #killing = false;
  #closed = false;

  constructor(options: GenerationOptions) {
    this.#options = options;
    this.pid = options.shim.pid;
  }

  /** `moving`: the descriptors by which connections move, three or none. */
  start(program: Program, moving: readonly number[], openFiles: number | null): void {
    const { emit, generation, libc, provided, settings, shim } = this.#options;
    const { fds: listening, ports, exchange } = provided;
    const canMove = provided.apart && moving.length > 0;
    this.#notify = openNotifySocket(libc, settings.store.dir, (said) => {
      const notice = said === "stands-by" && !canMove ? "hello" : said;
      if (this.#life === "starting") this.#early.push(notice);
      if (this.#life === "running") emit({ kind: "notified", generation, notice });
    });
    const notifyPath = this.#notify?.path ?? null;
    const given = givenPorts(program, settings.listen, ports);
    const env = serviceEnvironment(given.env, {
      generation,
      sockets: (provided.names ?? settings.listen.map(({ name }) => name)).slice(
        0,
        listening.length,
      ),
      notifyPath,
      drainMs: settings.policy.drainTimeoutMs,
      moves: moving.length > 0 ? FIRST_DESCRIPTOR + listening.length : null,
    });
    shim.onExit((status) => {
      this.#ended = status;
      this.#noteExit();
    });
    const { argv, cwd } = given;
    const fds = [...listening, ...moving];
    const told = exchange === undefined ? null : toldBeside(exchange.told, argv);
    const channel = told === null ? null : libc.socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC);
    const passed = channel === null ? fds : [...fds, channel[1]];
    const isTold = channel === null ? null : told;
    const order = { argv, cwd, env, fds: fds.length, told: isTold, openFiles };
    void shim.become(order, passed).then((started) => {
      const listener = channel === null ? null : this.#takeListener(channel, started.ok);
      if (listener !== null && told !== null) {
        exchange?.watch(listener, told, () => this.members());
      }
      if (this.#closed) return;
      if (!started.ok) {
        this.#forget();
        this.#options.failed(started.error);
        return;
      }
      this.#life = "running";
      emit({ kind: "generation-spawned", generation, pid: this.pid });
      for (const notice of this.#early) emit({ kind: "notified", generation, notice });
      this.#watchReadiness();
      this.#noteExit();
    });
  }

  /** Where hotpod forwards to it. */
  get ports(): readonly number[] {
    return this.#options.provided.ports;
  }

  /** What the program's binds are told by was sent before the program ran. */
  #takeListener([ours, theirs]: readonly [number, number], started: boolean): number | null {
    const { libc } = this.#options;
    libc.close(theirs);
    const received = started ? receiveDescriptors(libc, ours, 1) : null;
    libc.close(ours);
    return received?.[0] ?? null;
  }

  stopReadiness(): void {
    this.#stopReadiness?.();
    this.#stopReadiness = null;
  }

  /** How its being ready is told has changed while it is waited for. */
  askReadinessAnew(): void {
    if (this.#stopReadiness === null) return;
    this.stopReadiness();
    this.#watchReadiness();
  }

  /** To the main process; no error when it has just ended. */
  signal(signal: string): void {
    if (this.#ended !== null) return;
    sendSignal(this.pid, signalNumber(signal));
  }

  /** SIGKILL to all of the tree again and again, until `generation-gone`: a process may fork while it is looked at. */
  kill(): void {
    if (this.#killing) return;
    this.#killing = true;
    this.stopReadiness();
    this.#killOnce(SWEEP_MS_MIN);
  }

  /** The living processes of the tree, the main one first. */
  members(): number[] {
    const { generation, others } = this.#options;
    const root = { main: this.pid, generation, supervisor: process.pid, others: others() };
    return processesOf(root, processTable());
  }

  /** Whether one of its processes holds the server's side of this connection; null: the kernel does not tell. */
  holds(server: EndPoint, client: EndPoint): boolean | null {
    const inode = connectionInode(this.#options.libc, server, client);
    if (inode === null || inode === 0) return null;
    return this.members().some((pid) => socketInodes(pid).includes(inode));
  }

  close(): void {
    this.#closed = true;
    this.stopReadiness();
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    for (const pid of this.members()) sendSignal(pid, SIGKILL);
    this.#notify?.close();
  }

  #killOnce(delayMs: number): void {
    if (this.#closed) return;
    const left = this.members();
    // The group first: it dies at once, whatever it forks meanwhile.
    if (left.length > 0) sendSignal(-this.pid, SIGKILL);
    for (const pid of left) sendSignal(pid, SIGKILL);
    if (left.length === 0 && this.#life === "exited") {
      const { emit, generation } = this.#options;
      this.#forget();
      emit({ kind: "generation-gone", generation });
      return;
    }
    this.#sweep = setTimeout(() => this.#killOnce(Math.min(delayMs * 2, SWEEP_MS_MAX)), delayMs);
  }

  #watchReadiness(): void {
    const { emit, generation, libc, listeners, settings } = this.#options;
    if (this.#killing || this.#ended !== null) return;
    const sources = {
      libc,
      listeners,
      http: settings.ready.http,
      emit,
      holds: this.holds.bind(this),
    };
    this.#stopReadiness = watchReadiness(sources, generation);
  }

  /** The exit and the news that the program runs arrive in either order; they are told in the right one. */
  #noteExit(): void {
    if (this.#ended === null || this.#life !== "running" || this.#closed) return;
    this.#life = "exited";
    this.stopReadiness();
    const { emit, generation } = this.#options;
    emit({ kind: "generation-exited", generation, exit: this.#ended.exit });
  }

  #forget(): void {
    this.stopReadiness();
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    this.#closed = true;
    this.#notify?.close();
    this.#options.ended();
  }
}

const SIGKILL = 9;

function sendSignal(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended first.
  }
}
