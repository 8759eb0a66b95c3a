import type { LoadSummary } from "#edge/load/load-summary.js";
import { startChild } from "./child.js";
import { createFeed, type Feed } from "./feed.js";
import { ownCommand, projectRoot } from "./own-command.js";

/** Load from a process of its own, so that it does not disturb what it measures. */
export interface LoadChild {
  readonly pid: number;
  /** CLOCK_MONOTONIC in ms at which its time began. */
  readonly beganMs: number;
  /** Versions in the order in which clients saw them first; `atMs` is CLOCK_MONOTONIC. */
  readonly versions: Feed<{ readonly version: string; readonly atMs: number }>;
  counts(): { readonly requests: number; readonly failed: number };
  stop(): Promise<LoadSummary>;
  kill(): void;
}

export interface LoadChildOptions {
  readonly url: string;
  readonly connections: number;
  readonly ratePerSecond: number;
  readonly thinkMs: number;
  /** Further flags. */
  readonly args?: readonly string[];
  /** Beside this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

type Line =
  | { readonly kind: "began"; readonly monotonicMs: number }
  | { readonly kind: "version"; readonly version: string; readonly atMs: number }
  | { readonly kind: "progress"; readonly requests: number; readonly failed: number }
  | ({ readonly kind: "summary" } & LoadSummary);

export async function startLoadChild(options: LoadChildOptions): Promise<LoadChild> {
  const lines = createFeed<Line>();
  const versions: LoadChild["versions"] = createFeed();
  let beganMs = 0;
  let counts = { requests: 0, failed: 0 };
  const child = await startChild(command(options), {
    cwd: projectRoot(),
    env: { ...process.env, ...options.env },
    onLine: (text, from) => {
      if (from === "stderr") return;
      const line = JSON.parse(text) as Line;
      if (line.kind === "progress") counts = line;
      else if (line.kind === "version") {
        versions.push({ version: line.version, atMs: beganMs + line.atMs });
      } else {
        if (line.kind === "began") beganMs = line.monotonicMs;
        lines.push(line);
      }
    },
  });
  void child.finished.then((result) => {
    lines.end(`the load generator ended (${result})`);
    versions.end(`the load generator ended (${result})`);
  });
  await lines.until("load", (line) => line.kind === "began", 0, START_MS);
  return {
    pid: child.pid,
    beganMs,
    versions,
    counts: () => counts,
    stop: async () => {
      child.closeInput();
      const last = await lines.until("load", (line) => line.kind === "summary", 0, STOP_MS);
      await child.finished;
      if (last.kind !== "summary") throw new Error("the load generator gave no summary");
      return last;
    },
    kill: () => child.signal("SIGKILL"),
  };
}

function command(options: LoadChildOptions): readonly string[] {
  return [
    ...[...ownCommand(), "load", "--stop-on-stdin-close", "--progress", "200ms"],
    ...["--url", options.url, "--connections", `${options.connections}`],
    ...["--rate", `${options.ratePerSecond}`, "--think", `${options.thinkMs}ms`],
    ...(options.args ?? []),
  ];
}

const START_MS = 20_000;
const STOP_MS = 30_000;
