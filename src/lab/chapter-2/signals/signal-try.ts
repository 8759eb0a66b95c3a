import { exitCodeOf } from "#lab/probe/real-host.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

export const SIGNALS = ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2"] as const;
export type SignalName = (typeof SIGNALS)[number];

/** As PID 1 of a PID namespace, like in a container, or as any other process. */
export type Place = "pid1" | "plain";
export const PLACES: readonly Place[] = ["pid1", "plain"];

/** How long the service takes for `/slow`, real ms. */
export const SLOW_MS = 1_000;
/** A signal that ends a process has ended it by then, real ms. */
export const SETTLE_MS = 1_000;
export const PATIENCE_MS = 60_000;

export interface Service {
  readonly process: LabProcess;
  readonly port: number;
  /** False: it is only a process, and asked nothing. */
  readonly listens: boolean;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A free one unless given. */
  readonly port?: number;
  /** How it is known to be there. */
  readonly ready: "says-up" | "listens" | ((process: LabProcess) => Promise<void>);
}

/** Starts it and waits until it is there. */
export async function startService(
  bench: LabBench,
  place: Place,
  command: Command,
): Promise<Service> {
  const { network, processes } = bench;
  const port = command.port ?? (await network.freePort());
  const env = { HOST: network.host, PORT: `${port}`, SLOW_MS: `${SLOW_MS}`, ...command.env };
  const isPid1 = place === "pid1";
  const options = isPid1 ? { env, namespace: "pid" as const } : { env };
  const process = await processes.start(command.argv, options);
  if (typeof command.ready === "function") {
    await command.ready(process);
    return { process, port, listens: false };
  }
  // Who says so is left in peace until the signal comes.
  if (command.ready === "says-up") await untilSaid(process, "up");
  else await network.untilListening(port, PATIENCE_MS);
  return { process, port, listens: true };
}

/** `exit 143`, or what is true of it `limitMs` after the signal: it `lives` and answers, and was `told` where a handler says so. */
export interface Fate {
  readonly words: string;
  /** From the signal to its end; null: it lives. */
  readonly tookMs: number | null;
}

/** `send`: how the signal is sent, if not from outside. */
export async function fateOf(
  bench: LabBench,
  service: Service,
  signal: SignalName | "KILL",
  limitMs: number,
  send: () => void = () => service.process.signal(`SIG${signal}`),
): Promise<Fate> {
  const { clock } = bench;
  const { process } = service;
  const atMs = clock.nowMs();
  send();
  const end = await Promise.race([process.exited, clock.wait(limitMs).then(() => null)]);
  const ended = (how: number | string): Fate => {
    return { words: `exit ${exitCodeOf(how)}`, tookMs: Math.round(clock.nowMs() - atMs) };
  };
  if (end !== null) return ended(end);
  // On a busy machine it may be about to end.
  if (!(await isThere(bench, service))) return ended(await process.exited);
  const wasTold = process.lines.items.some(({ text }) => text === `told SIG${signal}`);
  return { words: wasTold ? "told" : "lives", tookMs: null };
}

async function isThere(
  { network, processes }: LabBench,
  { process, port, listens }: Service,
): Promise<boolean> {
  if (!listens) return processes.isAlive(process.pid);
  const { kind } = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
  return kind === "answered";
}

/** SIGKILL, and its exit code as a container runtime tells it. */
export async function killed({ process }: Service): Promise<number> {
  process.signal("SIGKILL");
  return exitCodeOf(await process.exited);
}

export type InFlight = "answered" | "cut";

/** Asks for what takes SLOW_MS. */
export async function askSlowly({ network }: LabBench, port: number): Promise<InFlight> {
  const { kind } = await network.ask({ port, path: "/slow", timeoutMs: PATIENCE_MS });
  return kind === "answered" ? "answered" : "cut";
}

export async function untilSaid(process: LabProcess, words: string): Promise<void> {
  await process.lines.until(words, ({ text }) => text === words, 0, PATIENCE_MS);
}

/** SigCgt of a process that says SIGTERM is caught, by whatever handler. */
export function catchesTerm(bench: LabBench, { process }: Service): boolean {
  const status = bench.files.read(`/proc/${process.pid}/status`);
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return (BigInt(`0x${caught}`) & (1n << 14n)) !== 0n;
}
