import { setTimeout as pause } from "node:timers/promises";
import type { DurationMs } from "#base/time.js";

/** Asks again and again until the answer is not null; null when the time is over. */
export async function pollUntil<T>(
  every: { readonly everyMs: DurationMs; readonly timeoutMs: DurationMs },
  ask: () => Promise<T | null>,
): Promise<T | null> {
  const latest = performance.now() + every.timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null || performance.now() >= latest) return answer;
    await pause(every.everyMs);
  }
}
