import type { Micros } from "#model/life/life-event.js";
import type { Likelihood } from "#model/life/life-report.js";
import {
  failingStepUs,
  failingWindowUs,
  type Outage,
  type ProbeTiming,
  verdictUs,
} from "#simulate/forms/probe-timing.js";
import { partitionPhases } from "./partition-phases.js";

/** A stretch of a container's age in which every attempt that begins fails. In order, and apart from each other. */
export interface OutageWindow {
  readonly fromUs: Micros;
  readonly toUs: Micros;
  readonly outage: Outage;
}

/**
 * When a probe first reaches its failure threshold under these outages, over all of its phases. A window against a silent socket may
 * not follow the one before by less than the timeout.
 */
export function firstKill(timing: ProbeTiming, windows: readonly OutageWindow[]): Likelihood {
  const { periodUs } = timing;
  const critical = criticalPhases(timing, windows);
  const cells = partitionPhases(periodUs, (phase) => {
    const at = killAt(phase, timing, windows);
    const key = at === null ? "none" : `${Math.floor((at - phase) / periodUs)}`;
    return { key, critical, values: at === null ? [] : [at], outcome: at };
  });
  const kills = (cells ?? []).filter(({ outcome }) => outcome !== null);
  const phases = kills.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
  const fromUs = Math.min(...kills.map(({ first }) => first[0] ?? 0));
  const toUs = Math.max(...kills.map(({ last }) => last[0] ?? 0));
  return {
    share: phases / periodUs,
    interval: phases === 0 ? null : { fromUs, toUs },
    origin: { kind: "exact" },
  };
}

/** Where an attempt begins or ends to fail, and where the delay is over: modulo the period of the attempts. */
function criticalPhases(timing: ProbeTiming, windows: readonly OutageWindow[]): Micros[] {
  const { periodUs, delayUs } = timing;
  const edges = windows.flatMap((window) => [
    window.fromUs,
    failingEnd(timing, window),
    window.toUs,
  ]);
  return [delayUs, ...edges].map((edge) => ((edge % periodUs) + periodUs) % periodUs);
}

const failingEnd = (timing: ProbeTiming, { fromUs, toUs, outage }: OutageWindow): Micros =>
  fromUs + failingWindowUs(toUs - fromUs, timing, outage);

/** The verdict at this phase; null: none. */
export function killAt(
  phaseUs: Micros,
  timing: ProbeTiming,
  windows: readonly OutageWindow[],
): Micros | null {
  const { periodUs, delayUs, failureThreshold } = timing;
  let run = 0;
  // The attempt that was the last to fail, by its tick and by when the worker was free again.
  let lastTick = Number.NaN;
  let freeAt = 0;
  for (const window of windows) {
    const end = failingEnd(timing, window);
    const step = failingStepUs(timing, window.outage);
    const tick = Math.ceil((Math.max(window.fromUs, delayUs) - phaseUs) / periodUs);
    let at = Math.max(phaseUs + Math.max(0, tick) * periodUs, freeAt);
    if (at >= end) continue;
    if (tick !== lastTick + 1) run = 0;
    for (; at < end; at += step) {
      run++;
      freeAt = at + verdictUs(timing, window.outage);
      if (run === failureThreshold) return freeAt;
      lastTick = Math.floor((at - phaseUs) / periodUs);
    }
  }
  return null;
}
