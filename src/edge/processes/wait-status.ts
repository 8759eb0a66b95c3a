import { constants } from "node:os";
import type { Exit } from "#model/generation.js";

/** What waitid(2) tells. */
export interface WaitStatus {
  readonly pid: number;
  readonly exit: Exit;
}

const CLD_EXITED = 1;
const REAL_TIME_FIRST = 34;

/** Reads a `siginfo_t` filled by waitid(2). null: no process has ended. */
export function readWaitStatus(info: Buffer): WaitStatus | null {
  const pid = info.readInt32LE(16);
  if (pid === 0) return null;
  const status = info.readInt32LE(24);
  if (info.readInt32LE(8) === CLD_EXITED) return { pid, exit: { kind: "code", code: status } };
  return { pid, exit: { kind: "signal", signal: signalName(status) } };
}

/** `SIGTERM`; real-time signals are `SIGRTMIN+2`. */
export function signalName(number: number): string {
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name;
  return number >= REAL_TIME_FIRST ? `SIGRTMIN+${number - REAL_TIME_FIRST}` : `SIG${number}`;
}

/** The inverse: also of real-time signals, which Node has no names for. */
export function signalNumber(name: string): number {
  const known = (constants.signals as Readonly<Record<string, number>>)[name];
  const realTime = /^SIGRTMIN(?:\+(\d+))?$/.exec(name);
  if (known !== undefined) return known;
  return realTime === null
    ? Number(name.replace(/^SIG/, ""))
    : REAL_TIME_FIRST + Number(realTime[1] ?? 0);
}
