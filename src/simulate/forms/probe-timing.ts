import type { Probe } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";

/** The numbers of a probe that the arithmetic is made of. */
export interface ProbeTiming {
  /** From the container's start to the first attempt that may ask. */
  readonly delayUs: Micros;
  readonly periodUs: Micros;
  readonly timeoutUs: Micros;
  readonly failureThreshold: number;
}

/** What an attempt meets while the service is down: an answer at once, or none before the timeout. */
export type Outage = "refused" | "silent";

export const SECOND_US = 1_000_000;

/**
 * A probe's timing in a container that started this far into a second of the wall clock, 0 to below 1,000,000. The kubelet keeps
 * whole seconds of the start only, so the delay is over that much earlier.
 */
export function timingOf(probe: Probe, startFractionUs: Micros = 0): ProbeTiming {
  return {
    delayUs: Math.max(0, probe.initialDelaySeconds * SECOND_US - startFractionUs),
    periodUs: probe.periodSeconds * SECOND_US,
    timeoutUs: probe.timeoutSeconds * SECOND_US,
    failureThreshold: probe.failureThreshold,
  };
}

/** From one failing attempt to the next: an attempt that outlasts its period is followed at once. */
export function failingStepUs({ periodUs, timeoutUs }: ProbeTiming, outage: Outage): Micros {
  return outage === "silent" ? Math.max(periodUs, timeoutUs) : periodUs;
}

/**
 * How much of an outage fails the attempts that begin in it: against a silent socket, the ones at its end are still answered in
 * time. Also of a start, which is an outage from the container's start on.
 */
export function failingWindowUs(outageUs: Micros, timing: ProbeTiming, outage: Outage): Micros {
  return outage === "silent" ? Math.max(0, outageUs - timing.timeoutUs) : outageUs;
}

/** From the beginning of a failing attempt to its verdict. */
export function verdictUs({ timeoutUs }: ProbeTiming, outage: Outage): Micros {
  return outage === "silent" ? timeoutUs : 0;
}
