import type { LabClock } from "#ports/lab/lab-bench.js";
import type { Cleanups } from "./cleanups.js";
import { monotonicMs } from "./time.js";

/** The clean-ups take back what has not come yet. */
export function labClock(cleanups: Cleanups): LabClock {
  const timers = new Set<NodeJS.Timeout>();
  cleanups.add(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  const after: LabClock["after"] = (ms, act) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
    return () => {
      timers.delete(timer);
      clearTimeout(timer);
    };
  };
  return {
    nowMs: monotonicMs,
    after,
    wait: (ms) =>
      new Promise((resolve) => {
        after(ms, resolve);
      }),
  };
}
