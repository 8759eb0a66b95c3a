import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program this one has started, with its lines. */
export interface Child {
  readonly pid: number;
  /** Resolves once, with the code or the name of the signal. */
  readonly exited: Promise<number | string>;
  /** The same, once its output has been read to the end: later where somebody else still holds its output open. */
  readonly finished: Promise<number | string>;
  signal(name: NodeJS.Signals): void;
  closeInput(): void;
  /** SIGTERM, then SIGKILL after `patienceMs`; resolves when it is gone. */
  stop(patienceMs: number): Promise<number | string>;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A session of its own: what is typed at the terminal does not reach it. */
  readonly detached?: true;
  /** Only root may start it as another user. */
  readonly uid?: number;
  readonly gid?: number;
  readonly onLine: (line: string, from: "stdout" | "stderr") => void;
}

/** Rejects when the program cannot be started at all. */
export function startChild(argv: readonly string[], options: ChildOptions): Promise<Child> {
  const [program = "", ...args] = argv;
  const process = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: options.detached === true,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
  });
  process.stdin.on("error", () => {});
  for (const from of ["stdout", "stderr"] as const) {
    createInterface({ input: process[from] }).on("line", (line) => options.onLine(line, from));
  }
  const ended = (event: "exit" | "close"): Promise<number | string> =>
    new Promise((resolve) => {
      process.on(event, (code, signal) => resolve(signal ?? code ?? 0));
    });
  const ends = { exited: ended("exit"), finished: ended("close") };
  return new Promise((resolve, reject) => {
    process.once("error", reject);
    process.once("spawn", () => resolve(childOf(process, ends)));
  });
}

function childOf(process: ChildProcess, ends: Pick<Child, "exited" | "finished">): Child {
  return {
    pid: process.pid ?? 0,
    ...ends,
    signal: (name) => {
      process.kill(name);
    },
    closeInput: () => {
      process.stdin?.end();
    },
    stop: async (patienceMs) => {
      process.kill("SIGTERM");
      const timer = setTimeout(() => process.kill("SIGKILL"), patienceMs);
      const result = await ends.exited;
      clearTimeout(timer);
      return result;
    },
  };
}
