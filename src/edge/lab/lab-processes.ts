import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { readProc } from "#edge/native/read-proc.js";
import { startChild } from "#edge/observe/child.js";
import { createFeed } from "#edge/observe/feed.js";
import { monotonicMs } from "#edge/observe/time.js";
import type {
  ExecEnd,
  LabProcess,
  LabProcesses,
  ProcessOptions,
  RunEnd,
} from "#ports/lab/lab-bench.js";
import { signalQuietly } from "./marked-processes.js";
import { inNamespace } from "./namespaces.js";

/** Starts processes that carry the arm's mark. */
export function labProcesses(folder: string, marked: NodeJS.ProcessEnv): LabProcesses {
  const placed = (options: ProcessOptions) => ({
    cwd: options.cwd ?? folder,
    env: { ...marked, ...options.env },
  });
  const argvOf = (argv: readonly string[], { namespace }: ProcessOptions): readonly string[] =>
    namespace === undefined ? argv : inNamespace(namespace, argv);
  return {
    run: (argv, options = {}) =>
      runOnce(argvOf(argv, options), placed(options), options.timeoutMs ?? RUN_MS),
    start: (argv, options = {}) =>
      start(argvOf(argv, options), placed(options), options.namespace === "pid"),
    exec: (argv, options) => exec(argv, placed(options), options.timeoutMs),
    signal: (pid, name) => signalQuietly(pid, name as NodeJS.Signals),
    isAlive,
    childrenOf,
  };
}

interface Placed {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

async function start(argv: readonly string[], placed: Placed, inner: boolean): Promise<LabProcess> {
  const lines = createFeed<{ readonly text: string; readonly atMs: number }>();
  const child = await startChild(argv, {
    ...placed,
    detached: true,
    onLine: (text) => lines.push({ text, atMs: monotonicMs() }),
  });
  void child.finished.then((end) => lines.end(`${argv.join(" ")} ended (${end})`));
  // Of a namespace, PID 1 is meant and not the helper that made it.
  const pid = inner ? await firstChild(child.pid) : child.pid;
  return {
    pid,
    exited: child.exited,
    lines,
    signal: (name) => signalQuietly(pid, name as NodeJS.Signals),
  };
}

async function firstChild(pid: number): Promise<number> {
  const deadline = monotonicMs() + RUN_MS;
  for (;;) {
    const [first] = childrenOf(pid);
    if (first !== undefined) return first;
    if (monotonicMs() > deadline || !isAlive(pid)) throw new Error("no PID namespace came about");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function runOnce(argv: readonly string[], placed: Placed, timeoutMs: number): Promise<RunEnd> {
  const beganMs = monotonicMs();
  const texts = { stdout: "", stderr: "" };
  return new Promise((resolve) => {
    const end = (code: number | null, signal: string | null, failure: string | null): void => {
      resolve({ code, signal, failure, ...texts, tookMs: monotonicMs() - beganMs });
    };
    const child = spawned(argv, placed, (failure) => end(null, null, failure));
    if (child === null) return;
    for (const from of ["stdout", "stderr"] as const) {
      child[from].setEncoding("utf8");
      child[from].on("data", (text: string) => {
        if (texts[from].length < OUTPUT_MAX) texts[from] += text;
      });
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      end(code, signal, null);
    });
  });
}

/** Node tells some refusals of execve by an event and throws others. */
function spawned(argv: readonly string[], placed: Placed, refused: (code: string) => void) {
  const [program = "", ...args] = argv;
  const tell = (error: NodeJS.ErrnoException): void => refused(error.code ?? error.message);
  try {
    const child = spawn(program, args, {
      ...placed,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.on("error", tell);
    return child;
  } catch (error) {
    tell(error as NodeJS.ErrnoException);
    return null;
  }
}

/** Two stages, as runc has them: what a look-up does not find is told from what execve refuses. */
async function exec(argv: readonly string[], placed: Placed, timeoutMs: number): Promise<ExecEnd> {
  const [program = ""] = argv;
  const missing = lookUp(program, placed.env.PATH ?? "");
  if (missing !== null) return { kind: "not-found", why: missing };
  const end = await runOnce(argv, placed, timeoutMs);
  if (end.failure !== null) return { kind: "execve-failed", why: refusalOf(end.failure) };
  if (end.signal === "SIGKILL" && end.tookMs >= timeoutMs) {
    return { kind: "timed-out", timeoutSeconds: Math.round(timeoutMs / 1_000) };
  }
  return { kind: "exited", code: end.code ?? 128, stdout: end.stdout, stderr: end.stderr };
}

function lookUp(program: string, path: string): "absent" | "not-executable" | "directory" | null {
  const places = program.includes("/")
    ? [program]
    : path.split(":").map((folder) => `${folder}/${program}`);
  for (const place of places) {
    const found = statSync(place, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (found.isDirectory()) return "directory";
    return (found.mode & 0o111) === 0 ? "not-executable" : null;
  }
  return "absent";
}

function refusalOf(code: string): Extract<ExecEnd, { kind: "execve-failed" }>["why"] {
  return code === "ETXTBSY" || code === "ENOEXEC" || code === "EACCES" ? code : "ENOENT";
}

/** Alive: neither gone nor waiting for its parent to take note. */
function isAlive(pid: number): boolean {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat !== null && !/\) [ZX] /.test(stat);
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const parent = /\) \S (\d+)/.exec(readProc(`/proc/${name}/stat`) ?? "")?.[1];
    return Number(parent) === pid ? [Number(name)] : [];
  });
}

const RUN_MS = 20_000;
const OUTPUT_MAX = 64 * 1_024;
