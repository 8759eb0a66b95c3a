import { readFileSync } from "node:fs";
import { join } from "node:path";
import { followControl } from "#edge/http/control-client.js";
import type { Notice } from "#model/notice.js";
import { type Child, startChild } from "./child.js";
import { createFeed, type Feed } from "./feed.js";
import { ownCommand } from "./own-command.js";
import { monotonicMs } from "./time.js";

/** A `hotpod run` under observation, through what everybody may use: its control socket and its signals. */
export interface Supervisor {
  readonly pid: number;
  readonly events: Feed<Seen>;
  /** What it and its service wrote, at most the last 200 lines. */
  readonly output: readonly string[];
  /** How it ended. */
  readonly exited: Promise<number | string>;
  signal(name: NodeJS.Signals): void;
  rssBytes(): number | null;
  stop(): Promise<number | string>;
}

/** A notice with when it arrived here, CLOCK_MONOTONIC in ms. */
export type Seen = Notice & { readonly seenMs: number };

export interface SupervisorOptions {
  readonly cwd: string;
  /** Holds the store and the control socket. */
  readonly ownFolder: string;
  /** Where it listens; 127.0.0.1 unless given. */
  readonly host?: string;
  readonly port: number;
  readonly probesPort: number;
  /** Further flags, and the service's command after `--`. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** How it is started, where it is not as a child like any other. */
  readonly start?: typeof startChild;
}

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const events = createFeed<Seen>();
  const output: string[] = [];
  const socket = join(options.ownFolder, "control.sock");
  const { start = startChild } = options;
  const child = await start(runCommand(options, socket), {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    onLine: (line) => {
      output.push(line);
      if (output.length > OUTPUT_LINES) output.shift();
    },
  });
  let over = false;
  void child.exited.then((result) => {
    over = true;
    events.end(`hotpod run ended (${result}):\n${output.slice(-15).join("\n")}`);
  });
  void follow(socket, events, () => over);
  return {
    pid: child.pid,
    events,
    output,
    exited: child.exited,
    signal: child.signal,
    rssBytes: () => rssOf(child),
    stop: () => child.stop(STOP_PATIENCE_MS),
  };
}

function runCommand(options: SupervisorOptions, socket: string): readonly string[] {
  const { host = "127.0.0.1" } = options;
  const own = [
    ...["--listen", `${host}:${options.port}`],
    ...["--probes-listen", `${host}:${options.probesPort}`],
    ...["--control-socket", socket],
    ...["--store-dir", join(options.ownFolder, "store")],
    ...["--shutdown-delay", "0"],
  ];
  return [...ownCommand(), "run", ...own, ...options.args];
}

/** The socket appears some time after the start: asks again until it does. */
async function follow(socket: string, events: Feed<Seen>, over: () => boolean): Promise<void> {
  let told = 0;
  while (!over()) {
    await followControl(socket, (line) => {
      const notice = noticeOf(line);
      if (notice === null) return;
      told += 1;
      events.push({ ...notice, seenMs: monotonicMs() });
    });
    // A second connection would repeat what the first has told.
    if (told > 0) return;
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_AGAIN_MS));
  }
}

function noticeOf(line: string): Notice | null {
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    const inner = (record.notice ?? record) as Record<string, unknown>;
    const kind = inner.kind ?? inner.event;
    return typeof kind === "string" ? ({ ...inner, kind } as unknown as Notice) : null;
  } catch {
    return null;
  }
}

function rssOf(child: Child): number | null {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
    const match = /VmRSS:\s+(\d+) kB/.exec(status);
    return match === null ? null : Number(match[1]) * 1_024;
  } catch {
    return null;
  }
}

const OUTPUT_LINES = 200;
const STOP_PATIENCE_MS = 35_000;
const FOLLOW_AGAIN_MS = 50;
