import { SELF_UPGRADING_SERVICE } from "#lab/programs/listeners/self-upgrading-service.js";
import type { Recorder } from "#lab/record.js";
import type { LabBench, LabProcess, LoadEnd } from "#ports/lab/lab-bench.js";

/** Clients of every arm: few enough for a busy machine to answer, for who is answered late tells nothing of upgrades. */
export const CLIENTS = { path: "/", connections: 20, ratePerSecond: 50, thinkMs: 50 };
export const PATIENCE_MS = 60_000;

/** What the service does beside the bare recipe: duplicate the socket, start the new process, Shutdown. */
export interface SelfUpgradeOptions {
  /** Shutdown comes only when the new process serves. */
  readonly waits?: true;
  /** The duplicate is closed at the start of the new program. */
  readonly closesOnExec?: true;
  /** Every new process ends at its start. */
  readonly crashes?: true;
  /** So long it accepts no more, but answers. */
  readonly lameDuckMs?: number;
  readonly namespace?: "pid";
}

export interface SelfUpgrading {
  readonly port: number;
  /** The first process. What all of its descendants say comes by its lines. */
  readonly service: LabProcess;
  /** SIGUSR2 to whoever serves; resolves when the next process does. */
  upgrade(): Promise<void>;
}

/** Its path. Rejects with the compiler's words. */
export function selfUpgradingProgram(bench: LabBench): Promise<string> {
  return bench.goProgram("self-upgrading", SELF_UPGRADING_SERVICE);
}

/** Starts a process of it; resolves at once. */
export async function startProcess(
  bench: LabBench,
  port: number,
  { waits, closesOnExec, crashes, lameDuckMs = 0, namespace }: SelfUpgradeOptions,
): Promise<LabProcess> {
  const program = await selfUpgradingProgram(bench);
  const env = {
    ...{ PORT: `${port}`, HOST: bench.network.host, LAME_DUCK: `${lameDuckMs}ms` },
    ...(waits && { WAIT: "ready" }),
    ...(closesOnExec && { CLOSE_ON_EXEC: "kept" }),
    ...(crashes && { CRASH: "yes" }),
  };
  return bench.processes.start([program], namespace === undefined ? { env } : { env, namespace });
}

/** Starts it and waits until it serves. */
export async function startSelfUpgrading(
  bench: LabBench,
  options: SelfUpgradeOptions = {},
): Promise<SelfUpgrading> {
  const port = await bench.network.freePort();
  const service = await startProcess(bench, port, options);
  let { pid } = await serving(service, 0);
  let generation = 0;
  return {
    port,
    service,
    async upgrade() {
      bench.processes.signal(pid, "SIGUSR2");
      generation += 1;
      pid = (await serving(service, generation)).pid;
    },
  };
}

/** Resolves when that generation says that it serves. */
async function serving({ lines }: LabProcess, generation: number): Promise<{ pid: number }> {
  const begin = `serving ${generation} `;
  const isSo = ({ text }: { text: string }): boolean => text.startsWith(begin);
  const { text } = await lines.until(begin, isSo, 0, PATIENCE_MS);
  return { pid: Number(text.slice(begin.length)) };
}

/** What clients saw: `requests`, those that failed (`refused`, `broken`, `other`, `reasons`), `ended` and `gap`. */
export function recordClients(record: Recorder, end: LoadEnd): void {
  const count = (...reasons: readonly string[]): number =>
    end.failures
      .filter(({ reason }) => reasons.includes(reason))
      .reduce((sum, one) => sum + one.count, 0);
  const refused = count("refused");
  const broken = count("reset", "unanswered", "cut");
  record.count("requests", end.requests);
  record.count("refused", refused, end.requests);
  record.count("broken", broken, end.requests);
  record.count("other", end.failed - refused - broken, end.requests);
  const reasons = end.failures.map(({ reason, count: times }) => `${times} ${reason}`);
  record.text("reasons", reasons.join(", ") || "none");
  record.count("ended", end.kept.opened - CLIENTS.connections);
  record.count("gap", end.longestGapMs);
  record.traffic(end.beganMs, end.timeline);
}

/** Who answers a new client; null: nobody. */
export async function answerOf(bench: LabBench, port: number): Promise<string | null> {
  const end = await bench.network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
  return end.kind === "answered" ? end.body.trim() : null;
}
