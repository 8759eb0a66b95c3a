import type { LabClock } from "#ports/lab/lab-bench.js";

/** Nominal microseconds on a real clock, from the beginning on, as whole numbers. */
export interface ScaledTimers {
  /** When it was 0, by the real clock. */
  readonly beganMs: number;
  now(): number;
  later(atUs: number, act: () => void): void;
  /** Brings everything about that is due by now; to be called before something is told that happened by itself. */
  advance(): void;
  stop(): void;
}

/**
 * A nominal second lasts `scale` real ones. What is due comes at its own instant, however late the timer is, and before anything that
 * happens by itself after it: the kubelet's model takes instants for exact.
 */
export function scaledTimers(clock: LabClock, scale: number): ScaledTimers {
  const beganMs = clock.nowMs();
  const due: { readonly at: number; readonly act: () => void }[] = [];
  let now = 0;
  let takeBack: (() => void) | null = null;
  let over = false;
  const disarm = (): void => {
    takeBack?.();
    takeBack = null;
  };
  const advance = (): void => {
    const until = Math.floor(((clock.nowMs() - beganMs) * 1_000) / scale);
    for (let one = due[0]; !over && one !== undefined && one.at <= until; one = due[0]) {
      due.shift();
      now = Math.max(now, one.at);
      one.act();
    }
    now = Math.max(now, until);
    arm();
  };
  const arm = (): void => {
    disarm();
    const [next] = due;
    if (over || next === undefined) return;
    const ms = Math.max(0, ((next.at - now) * scale) / 1_000);
    // A timer may come a little early; then it would only find that nothing is due.
    takeBack = clock.after(ms + 1, advance);
  };
  return {
    beganMs,
    now: () => now,
    later(at, act) {
      const place = due.findIndex((one) => one.at > at);
      due.splice(place < 0 ? due.length : place, 0, { at, act });
      arm();
    },
    advance,
    stop() {
      over = true;
      disarm();
    },
  };
}
