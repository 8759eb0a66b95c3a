import { setTimeout } from "node:timers/promises";

/** Of a process that has nothing to do. */
export interface Idle {
  readonly idleCpuMs: number;
  readonly idleWakes: number;
}

const IDLE_MS = 12_000;

/** What is measured is that nothing happens: there is no event to wait for. */
export async function measureIdle(): Promise<Idle> {
  const wakes = (): number => process.resourceUsage().voluntaryContextSwitches;
  // V8 gives memory back once, some eight seconds after it had last something to do: that is over first.
  for (let quietS = 0, seconds = 0; quietS < 10 && seconds < 30; seconds++) {
    const before = wakes();
    await setTimeout(1_000);
    quietS = wakes() - before <= 1 ? quietS + 1 : 0;
  }
  const before = wakes();
  const cpu = process.cpuUsage();
  await setTimeout(IDLE_MS);
  const { user, system } = process.cpuUsage(cpu);
  return { idleCpuMs: (user + system) / 1_000, idleWakes: wakes() - before };
}
