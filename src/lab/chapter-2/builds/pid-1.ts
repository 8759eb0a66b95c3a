import type { LabBench } from "#ports/lab/lab-bench.js";

/** The signals that the service has logged, in their order; `none`. */
export function toldIn(log: string): string {
  const told = log.split("\n").filter((line) => line.startsWith("SIG"));
  return told.join(", ") || "none";
}

/**
 * Has orphans made below that PID 1, waits until all have ended, and then for at most `settleMs` until they are gone; how many stayed as
 * zombies.
 */
export async function orphansLeft(
  { clock, processes }: LabBench,
  pid: number,
  make: () => Promise<unknown>,
  settleMs: number,
): Promise<number> {
  const others = new Set(processes.childrenOf(pid));
  await make();
  const orphans = (): readonly number[] =>
    processes.childrenOf(pid).filter((one) => !others.has(one));
  const deadline = clock.nowMs() + PATIENCE_MS;
  while (orphans().some(processes.isAlive)) {
    if (clock.nowMs() > deadline) throw new Error(`the orphans of ${pid} never ended`);
    await clock.wait(20);
  }
  const settled = clock.nowMs() + settleMs;
  while (orphans().length > 0 && clock.nowMs() < settled) await clock.wait(20);
  return orphans().length;
}

const PATIENCE_MS = 60_000;
