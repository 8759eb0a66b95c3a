import { spawn } from "node:child_process";
import { statSync } from "node:fs";
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
import { drawnHex } from "./cluster/drawn-hex.js";
import { childrenOf, isAlive } from "./look-at-processes.js";
import { endMarked, LAB_VARIABLE, signalQuietly } from "./marked-processes.js";
import { inNamespace } from "./namespaces.js";
import { startAsPid1 } from "./start-as-pid-1.js";

/** Starts processes that carry the arm's mark. */
export function labProcesses(folder: string, marked: NodeJS.ProcessEnv): LabProcesses {
  const placed = (options: ProcessOptions) => ({
    cwd: options.cwd ?? folder,
    env: { ...marked, ...options.env },
    ...options.user,
  });
  const argvOf = (argv: readonly string[], { namespace }: ProcessOptions): readonly string[] =>
    namespace === undefined ? argv : inNamespace(namespace, argv);
  return {
    run: (argv, options = {}) =>
      runOnce(argvOf(argv, options), placed(options), options.timeoutMs ?? RUN_MS),
    start: (argv, options = {}) =>
      options.namespace === "pid"
        ? start(startAsPid1, argv, placed(options))
        : start(startChild, argvOf(argv, options), placed(options)),
    exec: (argv, options) => exec(argv, placed(options), options),
    signal: (pid, name) => signalQuietly(pid, name as NodeJS.Signals),
    isAlive,
    childrenOf,
  };
}

interface Placed {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

async function start(
  begin: typeof startChild,
  argv: readonly string[],
  placed: Placed,
): Promise<LabProcess> {
  const lines = createFeed<{ readonly text: string; readonly atMs: number }>();
  const { pid, exited, finished, signal } = await begin(argv, {
    ...placed,
    detached: true,
    onLine: (text) => lines.push({ text, atMs: monotonicMs() }),
  });
  void finished.then((end) => lines.end(`${argv.join(" ")} ended (${end})`));
  return { pid, exited, lines, signal: (name) => signal(name as NodeJS.Signals) };
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
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.min(timeoutMs, TIMER_MS_MAX));
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
async function exec(
  argv: readonly string[],
  placed: Placed,
  { timeoutMs, until }: { readonly timeoutMs: number; readonly until?: Promise<unknown> },
): Promise<ExecEnd> {
  const [program = ""] = argv;
  const missing = lookUp(program, placed.env.PATH ?? "");
  if (missing !== null) return { kind: "not-found", why: missing };
  const mark = `${placed.env[LAB_VARIABLE]}/exec-${drawnHex(12)}`;
  const marked = { ...placed, env: { ...placed.env, [LAB_VARIABLE]: mark } };
  // Whoever it has started, and has joined another session by then, is found by the mark.
  void until?.then(() => endMarked(mark, END_MS));
  const end = await runOnce(argv, until === undefined ? placed : marked, timeoutMs);
  if (end.failure === "EPERM")
    throw new Error(`${program} cannot be run as another user: not root`);
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

const RUN_MS = 20_000;
const END_MS = 5_000;
const OUTPUT_MAX = 64 * 1_024;
/** More than a timer can take would be no time at all. */
const TIMER_MS_MAX = 2 ** 31 - 1;
