import { monotonicNow } from "#edge/clock.js";

/** Microseconds of a real clock, from the beginning on, as whole numbers. */
export interface RealTimers {
  now(): number;
  later(atUs: number, act: () => void): void;
  /** Brings everything about that is due by now; to be called before something is told that happened by itself. */
  advance(): void;
  stop(): void;
}

/**
 * What is due comes at its own instant, however late the timer is, and before anything that happens by itself after it: the
 * machine takes instants for exact.
 */
export function realTimers(): RealTimers {
  const beganMs = monotonicNow();
  const due: { readonly at: number; readonly act: () => void }[] = [];
  let now = 0;
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const advance = (): void => {
    const until = Math.floor((monotonicNow() - beganMs) * 1_000);
    for (let one = due[0]; one !== undefined && one.at <= until; one = due[0]) {
      due.shift();
      now = Math.max(now, one.at);
      one.act();
    }
    now = Math.max(now, until);
    stop();
    const [next] = due;
    if (next !== undefined) timer = setTimeout(advance, (next.at - now) / 1_000 + 1);
  };
  return {
    now: () => now,
    later(at, act) {
      const place = due.findIndex((one) => one.at > at);
      due.splice(place < 0 ? due.length : place, 0, { at, act });
      setImmediate(advance);
    },
    advance,
    stop,
  };
}
