import { setTimeout as pause } from "node:timers/promises";

/** Asks again until the answer is not null; fails after `limitMs`, with the last error as cause. */
export async function eventually<T>(
  what: string,
  limitMs: number,
  ask: () => Promise<T | null> | T | null,
): Promise<T> {
  const latest = performance.now() + limitMs;
  let cause: unknown;
  while (performance.now() < latest) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await pause(20);
  }
  throw new Error(`not in ${limitMs} ms: ${what}`, { cause });
}

/** Progress, for whoever waits. */
export function tell(text: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
