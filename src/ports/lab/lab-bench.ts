import type { FollowedConfig } from "#model/followed-config.js";
import type { ExecSeen, GrpcSeen, HttpSeen } from "#model/kube/probe-seen.js";
import type { LabTraffic } from "#model/lab/lab-report.js";
import type { Notice } from "#model/notice.js";

/**
 * What a scenario of the lab may do to the machine, and all it may do: everything is below its own folder, listens on an address of
 * its own of the loopback, and is ended when the arm ends. Whatever a method starts needs no clearing up.
 */
export interface LabBench {
  readonly clock: LabClock;
  readonly files: LabFiles;
  readonly processes: LabProcesses;
  readonly network: LabNetwork;
  /** Empty at the beginning of the arm. */
  readonly folder: string;
  /** Real seconds of a nominal second: below 1 where the scenario's times are scaled. */
  readonly scale: number;
  /** The container runtime whose ways the lab's kubelet goes by. */
  readonly cri: "containerd" | "crio" | "dockershim";
  /** The path of a program that was found as a need. */
  program(need: string): string;
  /** A folder on another file system; null: there is none. */
  otherFileSystem(): string | null;
  /** Builds that source with Go, once in a run; the path of the program. Rejects with the compiler's words. */
  goProgram(name: string, source: string): Promise<string>;
  /** Starts the real `hotpod run` with these arguments and waits until its first generation serves, unless told otherwise. */
  hotpod(options: HotpodOptions): Promise<LabHotpod>;
  /** One of hotpod's other commands, such as `gate`, until it ends. Killed after `timeoutMs` (20 s unless given). */
  hotpodCommand(
    args: readonly string[],
    options?: ProcessOptions & { timeoutMs?: number },
  ): Promise<RunEnd>;
  load(options: LoadOptions): Promise<LabLoad>;
}

export interface LabClock {
  /** Monotonic. */
  nowMs(): number;
  wait(ms: number): Promise<void>;
  /** Calls back once; the returned function takes it back. */
  after(ms: number, act: () => void): () => void;
}

export interface FileFacts {
  readonly inode: number;
  readonly device: number;
  readonly sizeBytes: number;
  readonly changedMs: number;
}

/** Paths are absolute, below the arm's folder or its folder on the other file system. */
export interface LabFiles {
  write(path: string, text: string, mode?: number): void;
  append(path: string, text: string): void;
  read(path: string): string;
  /** As `cp` into a new file: the mode comes along. */
  copy(from: string, to: string): void;
  rename(from: string, to: string): void;
  /** A file or a whole tree; nothing happens where there is none. */
  remove(path: string): void;
  makeFolder(path: string): void;
  symlink(target: string, path: string): void;
  /** Cuts the file to that length. */
  truncate(path: string, bytes: number): void;
  /** null: it is not there. Follows links. */
  facts(path: string): FileFacts | null;
  names(folder: string): readonly string[];
  sha256(path: string): string;
  /** Where a link leads; null: there is none. Also of `/proc/<pid>/exe`. */
  linkTarget(path: string): string | null;
}

export interface ProcessOptions {
  /** The arm's folder unless given. */
  readonly cwd?: string;
  /** Beside the environment of the lab. */
  readonly env?: Readonly<Record<string, string>>;
  /** `pid`: it is PID 1 of a PID namespace of its own. `mount`: what it mounts nobody else sees. `net`: a network of its own. */
  readonly namespace?: "pid" | "mount" | "net";
  /** It runs as that user and group. Only root may ask for it, and not together with a namespace. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface LabProcesses {
  /** Resolves when it has ended. Killed after `timeoutMs` (20 s unless given). */
  run(argv: readonly string[], options?: ProcessOptions & { timeoutMs?: number }): Promise<RunEnd>;
  start(argv: readonly string[], options?: ProcessOptions): Promise<LabProcess>;
  /**
   * A command as an exec probe starts it, in two stages like the container runtimes: looked up first, then executed. One that takes
   * longer is killed. `until`: all that it has started is killed when this resolves, as with its container.
   */
  exec(
    argv: readonly string[],
    options: ProcessOptions & { timeoutMs: number; until?: Promise<unknown> },
  ): Promise<ExecEnd>;
  /** SIGNAL to any process that this arm has started, such as a child of a tool. */
  signal(pid: number, name: string): void;
  isAlive(pid: number): boolean;
  childrenOf(pid: number): readonly number[];
}

export interface RunEnd {
  /** null: ended by a signal, or never started. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Of the attempt to start it: `ENOENT`. null: it was started. */
  readonly failure: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** A command of the lab is started on this machine, not in a container that might be gone. */
export type ExecEnd = Exclude<ExecSeen, { kind: "no-container" }>;

export interface LabProcess {
  readonly pid: number;
  /** Code, or the name of the signal. */
  readonly exited: Promise<number | string>;
  readonly lines: LabFeed<{ readonly text: string; readonly atMs: number }>;
  signal(name: string): void;
}

/** What comes one by one, and can be waited for. */
export interface LabFeed<T> {
  readonly items: readonly T[];
  /** The first at or after index `from` that `match` accepts. Rejects after `timeoutMs` or when nothing more can come. */
  until(what: string, match: (item: T) => boolean, from: number, timeoutMs: number): Promise<T>;
}

export interface LabNetwork {
  /** This scenario's own address of the loopback. */
  readonly host: string;
  freePort(): Promise<number>;
  /** One GET on a connection of its own, as the kubelet asks; redirects are told, not followed. */
  ask(question: HttpQuestion): Promise<HttpEnd>;
  /**
   * The gRPC health check, without TLS. `timeoutMs` is for connecting and the answer together; `retryMs` from the first attempt to connect
   * to the next.
   */
  askHealth(question: {
    readonly port: number;
    readonly service: string;
    readonly timeoutMs: number;
    readonly retryMs: number;
  }): Promise<GrpcSeen>;
  connect(port: number, timeoutMs: number): Promise<{ connected: boolean; words: string }>;
  /** A server in the lab's own process that answers with the status it is told; its port. */
  serve(status: () => number): Promise<number>;
  /** Resolves at the first answer of any kind; rejects after `timeoutMs`. */
  untilAnswered(port: number, timeoutMs: number): Promise<void>;
  /** Resolves once a connection is accepted; rejects after `timeoutMs`. */
  untilListening(port: number, timeoutMs: number): Promise<void>;
  /** The processes that have the listening socket of that port open, in the order of their ids. */
  listeners(port: number): readonly number[];
  /** Connections to that port that nobody has accepted yet. */
  waiting(port: number): number;
}

export interface HttpQuestion {
  readonly port: number;
  readonly path: string;
  readonly timeoutMs: number;
  /** The scenario's own unless given. */
  readonly host?: string;
  /** Over TLS, whatever the certificate. */
  readonly secure?: boolean;
  /** Those of a probe unless given. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  /** Given up when this resolves. */
  readonly until?: Promise<unknown>;
}

export type HttpEnd =
  | (Extract<HttpSeen, { kind: "answered" }> & { readonly location: string | null })
  | Extract<HttpSeen, { kind: "no-answer" | "body-broken" }>;

export interface HotpodOptions {
  readonly cwd: string;
  /** Flags, and the service's command after `--`. Addresses, store and control socket are given by the bench. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** It is PID 1 of a PID namespace of its own, as in a container. */
  readonly namespace?: "pid";
  /** When it is handed over: its first generation serves, unless said otherwise; or it has begun, and may never serve. */
  readonly when?: "serves" | "begun";
  /** The same store for several starts; a new one unless given. */
  readonly store?: string;
  /** Free ones unless given. */
  readonly port?: number;
  readonly probesPort?: number;
}

export interface LabHotpod {
  readonly pid: number;
  readonly port: number;
  readonly probesPort: number;
  readonly store: string;
  readonly notices: LabFeed<Notice & { readonly seenMs: number }>;
  readonly output: readonly string[];
  /** The exit code or the name of the signal. */
  readonly exited: Promise<number | string>;
  /** As `hotpod ctl policy` tells it, by the setting's key. */
  policy(): Promise<
    Readonly<Record<string, { readonly value: string | null; readonly from: string }>>
  >;
  /** As `hotpod ctl config` tells it. */
  followed(): Promise<readonly FollowedConfig[]>;
  signal(name: string): void;
  /** SIGTERM; how it ended. */
  stop(): Promise<number | string>;
}

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly ratePerSecond: number;
  /** Pause of a kept connection between an answer and its next request. */
  readonly thinkMs: number;
}

export interface LabLoad {
  counts(): { readonly requests: number; readonly failed: number };
  readonly versions: LabFeed<{ readonly version: string; readonly atMs: number }>;
  stop(): Promise<LoadEnd>;
}

export interface LoadEnd {
  readonly requests: number;
  readonly failed: number;
  readonly failures: readonly { readonly reason: string; readonly count: number }[];
  readonly longestGapMs: number;
  /** Connections that stay open: how many were opened in all. */
  readonly kept: { readonly opened: number };
  readonly beganMs: number;
  readonly timeline: LabTraffic;
}
