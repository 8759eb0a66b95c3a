import { type Runtime, runtimeCommand } from "#lab/programs/signals/runtimes.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";
import {
  fateOf,
  killed,
  PATIENCE_MS,
  type Place,
  SETTLE_MS,
  type Service,
  type SignalName,
  startService,
} from "./signal-try.js";

/** `sleep` stands for all programs that know nothing of signals. */
export type Subject = "sleep" | Runtime;
export type SentName = SignalName | "KILL";

export interface Fates {
  readonly subject: Subject;
  /** `USR1 exit 138, TERM lives` */
  readonly words: string;
  /** kill commands that said that they failed. */
  readonly refused: number;
}

export interface FateOptions {
  readonly subject: Subject;
  readonly handles: boolean;
  readonly place: Place;
  readonly signals: readonly SentName[];
  /** Before the program's own: an init and its flags. */
  readonly prefix?: readonly string[];
  /** By a kill command in the same namespace, as `kubectl exec` does it; else from outside. */
  readonly inside: boolean;
}

/** What becomes of a program at each signal; each meets a process of its own. */
export async function fatesOf(bench: LabBench, options: FateOptions): Promise<Fates> {
  const command = await commandOf(bench, options.subject);
  const ends = await Promise.all(
    options.signals.map((signal) => oneFate(bench, options, command, signal)),
  );
  return {
    subject: options.subject,
    words: ends.map(({ words }) => words).join(", "),
    refused: ends.filter(({ refused }) => refused).length,
  };
}

interface OneFate {
  readonly words: string;
  readonly refused: boolean;
}

async function oneFate(
  bench: LabBench,
  options: FateOptions,
  command: readonly string[],
  signal: SentName,
): Promise<OneFate> {
  const { files, folder } = bench;
  const { subject, place, prefix = [], inside, handles } = options;
  const trigger = `${folder}/${subject}-${signal}`;
  const own = [...prefix, ...command];
  const argv = inside ? ["sh", "-c", WITH_SENDER, "sh", ...own] : own;
  const sleeps = (process: LabProcess) => untilSleeping(bench, process.pid, prefix.length > 0);
  const service = await startService(bench, place, {
    argv,
    env: { TRIGGER: trigger, SIGNAL: signal, ...(handles ? { HANDLE: "1" } : {}) },
    ready: subject === "sleep" ? sleeps : "says-up",
  });
  const send = (): void =>
    inside ? files.write(trigger, "") : service.process.signal(`SIG${signal}`);
  const { words, tookMs } = await fateOf(bench, service, signal, SETTLE_MS, send);
  // Where it lives, so does who has sent it, and says how that went.
  const refused = inside && tookMs === null && (await sendersWords(service)) !== "rc 0";
  await killed(service);
  return { words: `${signal} ${words}`, refused };
}

/** Beside PID 1, in its namespace, somebody who sends it SIGNAL when TRIGGER appears. */
const WITH_SENDER = `(while [ ! -e "$TRIGGER" ]; do sleep 0.02; done; kill -s "$SIGNAL" 1; echo "rc $?") &
exec "$@"`;

async function sendersWords({ process }: Service): Promise<string> {
  const isResult = ({ text }: { text: string }): boolean => text.startsWith("rc ");
  return (await process.lines.until("kill", isResult, 0, PATIENCE_MS)).text;
}

async function commandOf(bench: LabBench, subject: Subject): Promise<readonly string[]> {
  return subject === "sleep" ? ["sleep", "1000"] : runtimeCommand(bench, subject);
}

/** Until it is sleep, or has become its parent, and no longer the shell that begins it. */
async function untilSleeping(
  { clock, files, processes }: LabBench,
  pid: number,
  asChild: boolean,
): Promise<void> {
  const isSleep = (one: number): boolean =>
    files.read(`/proc/${one}/cmdline`).startsWith("sleep\u00001000");
  const deadline = clock.nowMs() + PATIENCE_MS;
  for (;;) {
    const candidates = asChild ? processes.childrenOf(pid) : [pid];
    if (candidates.some(isSleep)) return;
    if (clock.nowMs() > deadline) throw new Error("sleep never began");
    await clock.wait(10);
  }
}
