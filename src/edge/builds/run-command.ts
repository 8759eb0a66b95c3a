import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { Exit } from "#model/generation.js";

export interface CommandOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Aborting ends the whole process group: SIGTERM, and SIGKILL half a second later. */
  readonly signal: AbortSignal;
}

export type CommandEnd =
  | { readonly kind: "ended"; readonly exit: Exit; readonly output: string }
  | { readonly kind: "not-started"; readonly reason: string };

/** Of standard output and error together, the last that many bytes are kept. */
const OUTPUT_BYTES_MAX = 64 * 1024;
const TERM_TO_KILL_MS = 500;
/** How long output is waited for that a process outside the group could still send. */
const LAST_OUTPUT_MS = 100;
const NICENESS = 10;
/** When memory runs out, the build goes before the service. */
const OOM_SCORE_ADJ = 800;

/** Runs a command in a process group of its own, behind everything that serves. Nothing of the group outlives it. */
export function runCommand(options: CommandOptions): Promise<CommandEnd> {
  const [program = "", ...args] = options.argv;
  if (options.signal.aborted) return Promise.resolve({ kind: "not-started", reason: "cancelled" });
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) stepBack(pid);
  const output = boundedOutput();
  child.stdout.on("data", output.add);
  child.stderr.on("data", output.add);
  let killing: NodeJS.Timeout | null = null;
  const cancel = (): void => {
    if (pid === undefined) return;
    signalGroup(pid, "SIGTERM");
    killing = setTimeout(() => signalGroup(pid, "SIGKILL"), TERM_TO_KILL_MS);
  };
  options.signal.addEventListener("abort", cancel, { once: true });
  return new Promise((resolve) => {
    const settle = (end: CommandEnd): void => {
      options.signal.removeEventListener("abort", cancel);
      if (killing !== null) clearTimeout(killing);
      resolve(end);
    };
    child.on("error", ({ message }) => settle({ kind: "not-started", reason: message }));
    child.on("exit", (code, signal) => {
      if (pid !== undefined) signalGroup(pid, "SIGKILL");
      const exit: Exit =
        signal === null ? { kind: "code", code: code ?? 1 } : { kind: "signal", signal };
      const last = setTimeout(finish, LAST_OUTPUT_MS);
      child.once("close", finish);
      function finish(): void {
        clearTimeout(last);
        child.stdout.destroy();
        child.stderr.destroy();
        settle({ kind: "ended", exit, output: output.text() });
      }
    });
  });
}

function stepBack(pid: number): void {
  try {
    setPriority(pid, NICENESS);
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(OOM_SCORE_ADJ));
  } catch {
    // It ended already, or nobody may change priorities here: it builds all the same.
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function boundedOutput() {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  const trim = (): void => {
    const all = Buffer.concat(chunks);
    cut ||= all.length > OUTPUT_BYTES_MAX;
    chunks = [all.subarray(Math.max(0, all.length - OUTPUT_BYTES_MAX))];
    bytes = Math.min(all.length, OUTPUT_BYTES_MAX);
  };
  return {
    add: (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > 2 * OUTPUT_BYTES_MAX) trim();
    },
    text: (): string => {
      trim();
      const text = chunks[0]?.toString("utf8") ?? "";
      return cut ? `…\n${text.slice(text.indexOf("\n") + 1)}` : text;
    },
  };
}
