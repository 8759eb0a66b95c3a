import { type Child, startChild } from "#edge/observe/child.js";
import { createFeed } from "#edge/observe/feed.js";
import { projectRoot } from "#edge/observe/own-command.js";

/** What became of clients of one kind: `closed` connections were ended by the service, `closedPolitely` of them announced. */
export interface KeptTally {
  readonly requests: number;
  readonly failed: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly opened: number;
  readonly closed: number;
  readonly closedPolitely: number;
}

/** What `bench/programs/clients` tells at its end. */
export interface KeptReport {
  readonly thinking: KeptTally;
  readonly fast: KeptTally;
  readonly pipelining: KeptTally;
  /** So many processes answered. */
  readonly versions: number;
  /** Answers of an older process after one of a newer, on one connection. */
  readonly backwards: number;
}

export interface KeptShape {
  readonly thinking: number;
  /** The longest time that they think, in s. */
  readonly thinkSeconds: number;
  readonly fast: number;
  readonly pipelining: number;
}

export interface KeptClients {
  /** Everybody asks once more; then what they saw. */
  stop(): Promise<KeptReport>;
  kill(): void;
}

const START_MS = 60_000;
const STOP_MS = 90_000;

/**
 * Starts `bench/programs/clients`, built as `program`, and resolves once each client has its connection. `host` is on loopback,
 * or known to be on this machine by whoever calls.
 */
export async function startKeptClients(
  program: string,
  [host, port]: readonly [host: string, port: number],
  shape: KeptShape,
): Promise<KeptClients> {
  const lines = createFeed<string>();
  const child: Child = await startChild(
    [
      program,
      ...["-addr", `${host}:${port}`, "-allow-address", host],
      ...["-thinking", `${shape.thinking}`, "-think", `${shape.thinkSeconds}s`],
      ...["-fast", `${shape.fast}`, "-pipelining", `${shape.pipelining}`],
    ],
    { cwd: projectRoot(), env: process.env, onLine: (line) => lines.push(line) },
  );
  void child.finished.then((end) =>
    lines.end(`the clients ended (${end}): ${lines.items.at(-1) ?? ""}`),
  );
  await lines.until("connections", (line) => line === "began", 0, START_MS);
  return {
    stop: async () => {
      child.closeInput();
      const isReport = (line: string): boolean => line.startsWith("{");
      return JSON.parse(await lines.until("the report", isReport, 0, STOP_MS)) as KeptReport;
    },
    kill: () => child.signal("SIGKILL"),
  };
}
