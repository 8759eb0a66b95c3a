import type { Outage, ProbeTiming } from "#simulate/forms/probe-timing.js";

/** One failing window of a container that is otherwise up, in its age. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly outage: Outage;
}

export interface Life {
  /** Ages at which an attempt began that failed. */
  readonly failures: readonly number[];
  /** The age of the verdict that kills; null: none. */
  readonly killedAt: number | null;
}

/**
 * A probe worker, tick by tick, as simple as it can be written: the judge of the closed forms. Ticks come at `phase` and every
 * period after; one that comes during an attempt waits, and any more are lost.
 */
export function lifeAtPhase(
  phase: number,
  timing: ProbeTiming,
  ...windows: readonly Window[]
): Life {
  const { delayUs, periodUs, timeoutUs, failureThreshold } = timing;
  const failures: number[] = [];
  let run = 0;
  let killedAt: number | null = null;
  let tick = phase;
  let free = 0;
  const end = Math.max(...windows.map(({ to }) => to));
  while (tick < end + delayUs + failureThreshold * (periodUs + timeoutUs)) {
    const at = Math.max(tick, free);
    tick = at === tick ? tick + periodUs : nextTick(phase, periodUs, at);
    if (at < delayUs) continue;
    const window = windows.find(({ from, to }) => at >= from && at < to);
    const answered = window?.outage === "silent" && at + timeoutUs >= window.to;
    const refused = window === undefined || window.outage === "refused";
    free = refused ? at : answered ? window.to : at + timeoutUs;
    if (window === undefined || answered) {
      run = 0;
      continue;
    }
    failures.push(at);
    run++;
    if (run === failureThreshold && killedAt === null) killedAt = free;
  }
  return { failures, killedAt };
}

/** One tick that came meanwhile was waiting; the next is the first after this instant. */
function nextTick(phase: number, period: number, at: number): number {
  return phase + (Math.floor((at - phase) / period) + 1) * period;
}

/** Every phase there is, on a scale on which a period is a handful of units. */
export function everyPhase(timing: ProbeTiming, window: Window): Life[] {
  return Array.from({ length: timing.periodUs }, (_, phase) => lifeAtPhase(phase, timing, window));
}
