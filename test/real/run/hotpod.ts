import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { askControl, followControl } from "#edge/http/control-client.js";
import { type Child, startChild } from "#edge/observe/child.js";
import { createFeed, type Feed } from "#edge/observe/feed.js";
import { freePorts } from "#edge/observe/free-port.js";
import { ownCommand } from "#edge/observe/own-command.js";
import type { Status } from "#generation/status.js";
import type { Notice } from "#model/notice.js";
import { childrenOf, listensOn, markedProcesses, STARTED_BY, until } from "./processes.js";

/** What `hotpod ctl events --follow --json` tells: every notice, and what else goes to the log. */
export type Told = (Notice | { readonly kind: "other" }) & {
  readonly event: string;
  readonly message: string;
  readonly level: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
};
type Kind = Notice["kind"];
type ToldOf<K extends Kind> = Extract<Told, { kind: K }>;

/** A running `hotpod run` of the bundle. When its test ends it is ended, and searched for what it left. */
export interface Hotpod {
  readonly pid: number;
  readonly port: number;
  readonly probesPort: number;
  readonly ownFolder: string;
  readonly events: Feed<Told>;
  readonly output: readonly string[];
  readonly exited: Promise<number | string>;
  /** Where the events stand: what is awaited from here on is new. */
  here(): number;
  /** The first notice of this kind at or after `from` that `match` accepts, come or still to come. */
  seen<K extends Kind>(
    kind: K,
    from?: number,
    match?: (told: ToldOf<K>) => boolean,
  ): Promise<ToldOf<K>>;
  /** All that came of this kind since `from`. */
  all<K extends Kind>(kind: K, from?: number): ToldOf<K>[];
  status(): Promise<Status>;
  probe(path: string): Promise<{ readonly code: number; readonly body: string }>;
  signal(name: NodeJS.Signals): void;
  /** Pids of everything it has started that still runs, itself included. */
  processes(): number[];
  /** SIGTERM, and the code; afterwards nothing of it may be left. */
  stop(): Promise<number | string>;
}

export interface HotpodOptions {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly ownFolder?: string;
  readonly port?: number;
  /** What `--listen` says; `standard`: nothing, so that PORT decides. */
  readonly listen?: string | "standard";
  readonly env?: NodeJS.ProcessEnv;
  /** Runs hotpod's argv, given as further arguments, in its own place: a terminal, a control group, a file for output. */
  readonly wrapper?: readonly string[];
}

export const PATIENCE_MS = 30_000;
const LINES_MAX = 400;

export async function startHotpod(t: TestContext, options: HotpodOptions): Promise<Hotpod> {
  const [freePort = 0, probesPort = 0] = await freePorts(2);
  const port = options.port ?? freePort;
  const { listen = `127.0.0.1:${port}` } = options;
  const ownFolder = options.ownFolder ?? temporaryFolder(t);
  const socket = join(ownFolder, "control.sock");
  const mark = randomUUID();
  const output: string[] = [];
  const child = await startChild(
    [
      ...(options.wrapper ?? []),
      ...[...ownCommand(), "run"],
      ...(listen === "standard" ? [] : ["--listen", listen]),
      ...["--probes-listen", `127.0.0.1:${probesPort}`, "--control-socket", socket],
      ...["--store-dir", join(ownFolder, "store"), "--shutdown-delay", "0", ...options.args],
    ],
    {
      cwd: options.cwd,
      env: { ...process.env, ...options.env, [STARTED_BY]: mark },
      onLine: (line) => {
        output.push(line);
        if (output.length > LINES_MAX) output.shift();
      },
    },
  );
  const events = createFeed<Told>();
  const life = { over: false };
  void child.exited.then((result) => {
    life.over = true;
    events.end(`hotpod ended (${result}):\n${output.slice(-20).join("\n")}`);
  });
  void follow(socket, events, life);
  const hotpod = faceOf({ child, port, probesPort, ownFolder, events, output, socket, mark });
  t.after(async () => {
    if (!passed(t)) t.diagnostic(`hotpod's output:\n${output.slice(-60).join("\n")}`);
    await hotpod.stop();
  });
  return hotpod;
}

interface Inside {
  readonly child: Child;
  readonly port: number;
  readonly probesPort: number;
  readonly ownFolder: string;
  readonly events: Feed<Told>;
  readonly output: readonly string[];
  readonly socket: string;
  readonly mark: string;
}

function faceOf(inside: Inside): Hotpod {
  const { child, events, mark, socket } = inside;
  let stopping: Promise<number | string> | null = null;
  return {
    ...inside,
    pid: child.pid,
    exited: child.exited,
    here: () => events.items.length,
    seen: async (kind, from = 0, match = () => true) => {
      const isIt = (told: Told): boolean => told.kind === kind && match(told as never);
      return (await events.until(kind, isIt, from, PATIENCE_MS)) as never;
    },
    all: (kind, from = 0) => events.items.slice(from).filter((told) => told.kind === kind) as never,
    status: async () => {
      const answer = await askControl(socket, "GET", "/status", 5_000);
      assert.ok(answer.ok, JSON.stringify(answer));
      return JSON.parse(answer.value.body) as Status;
    },
    probe: async (path) => {
      const answer = await fetch(`http://127.0.0.1:${inside.probesPort}${path}`);
      return { code: answer.status, body: (await answer.text()).trim() };
    },
    signal: child.signal,
    processes: () => markedProcesses(mark),
    stop: () => {
      stopping ??= end(inside);
      return stopping;
    },
  };
}

/** Ends it, and fails if a process or a listener outlives it. */
async function end({ child, port, probesPort, mark, output }: Inside): Promise<number | string> {
  const shims = childrenOf(child.pid);
  const code = await child.stop(PATIENCE_MS);
  const left = (): number[] => [
    ...markedProcesses(mark),
    ...shims.filter((each) => each.lives()).map((each) => each.pid),
  ];
  await until(
    () => left().length === 0,
    `end of ${left()}\n${output.slice(-20).join("\n")}`,
    2_000,
  );
  for (const open of [port, probesPort]) {
    // A dying process loses its environment, by which it is found, a moment before its sockets.
    await until(() => !listensOn(open), `the last listener on port ${open} is gone`, 2_000);
  }
  return code;
}

async function follow(socket: string, events: Feed<Told>, life: { over: boolean }): Promise<void> {
  let told = 0;
  while (!life.over && told === 0) {
    await followControl(socket, (line) => {
      if (line.trim() === "") return;
      told += 1;
      const record = JSON.parse(line) as { event: string; time: string };
      const atMs = Date.parse(record.time);
      events.push({ ...record, kind: record.event, atMs } as unknown as Told);
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Node 20 knows it, its types do not. */
const passed = (t: TestContext): boolean => (t as { readonly passed?: boolean }).passed === true;

/** A folder of its own for one test, gone afterwards. */
export function temporaryFolder(t: TestContext, within = tmpdir()): string {
  const folder = mkdtempSync(join(within, "hotpod-real-"));
  t.after(() => {
    // A test may have mounted a volume here.
    if (statSync(folder).dev !== statSync(within).dev) spawnSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}
