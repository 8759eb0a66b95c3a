import { performance } from "node:perf_hooks";
import type { Instant } from "#base/time.js";
import type { Clock } from "#ports/clock.js";
import type { Emit } from "#ports/emit.js";

/** setTimeout takes no more than 2^31 - 1 ms; a longer wait is made of several. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** Monotonic time since this process began: what an administrator does to the wall clock does not reach it. */
export function monotonicNow(): Instant {
  return performance.now();
}

/** Wakes fall due on one timer, so that they come in the order of their instants however late the loop is. */
export function createClock(emit: Emit): Clock {
  const due: { wake: number; at: Instant }[] = [];
  let timer: NodeJS.Timeout | null = null;

  const arm = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const first = due[0];
    if (first === undefined) return;
    const delay = Math.ceil(Math.max(0, first.at - monotonicNow()));
    timer = setTimeout(fire, Math.min(delay, TIMEOUT_MS_MAX));
  };

  const fire = (): void => {
    timer = null;
    // A wake may ask for further ones; those wait for the next turn even when they are due.
    const now = monotonicNow();
    const ready: number[] = [];
    while (due[0] !== undefined && due[0].at <= now) ready.push(due.shift()?.wake ?? 0);
    arm();
    for (const wake of ready) emit({ kind: "woke", wake });
  };

  return {
    now: monotonicNow,
    wakeAt: (wake, at) => {
      let index = due.length;
      while (index > 0 && (due[index - 1]?.at ?? 0) > at) index--;
      due.splice(index, 0, { wake, at });
      if (index === 0) arm();
    },
  };
}
