/** A start against a probe that may kill. C is the time from the container's start to the first good answer. */
import type { Micros } from "#model/life/life-event.js";
import type { Likelihood } from "#model/life/life-report.js";
import { likelihoodOf } from "./likelihood-of.js";
import {
  failingStepUs,
  failingWindowUs,
  type Outage,
  type ProbeTiming,
  verdictUs,
} from "./probe-timing.js";

/**
 * F1: the container's age at the attempt of this number (from 1), from (included) to below. Ticks belong to the worker, so the
 * first attempt comes up to one period after the delay.
 */
export function attemptAge(
  { delayUs, periodUs }: ProbeTiming,
  attempt: number,
): { readonly fromUs: Micros; readonly toUs: Micros } {
  const fromUs = delayUs + (attempt - 1) * periodUs;
  return { fromUs, toUs: fromUs + periodUs };
}

/**
 * F1 and F5: the probe decides to kill before the service is up. The interval is the container's age at that decision; the grace
 * period follows.
 */
export function startKill(
  startUs: Micros,
  timing: ProbeTiming,
  outage: Outage = "refused",
): Likelihood {
  const failingUs = failingWindowUs(startUs, timing, outage);
  const lastAttemptUs = earliestLastAttemptUs(timing, outage);
  return likelihoodOf(
    failingUs - lastAttemptUs,
    timing.periodUs,
    lastAttemptUs + verdictUs(timing, outage),
  );
}

/** F1: how many attempts fail before the service is up, without regard to the threshold. */
export function startFailures(
  startUs: Micros,
  timing: ProbeTiming,
  outage: Outage = "refused",
): FailureCount {
  const failingUs = failingWindowUs(startUs, timing, outage) - timing.delayUs;
  return countFailures(failingUs, timing, outage);
}

/** F3: the longest start that a startup probe never kills. */
export function startupBudgetUs(timing: ProbeTiming, outage: Outage = "refused"): Micros {
  return earliestLastAttemptUs(timing, outage) + verdictUs(timing, outage);
}

/** F5: whether a build inside the container, before its first good answer, is killed again and again. */
export function buildLivelock(
  startUs: Micros,
  timing: ProbeTiming,
): "never" | "possible" | "certain" {
  const { share } = startKill(startUs, timing);
  return share === 0 ? "never" : share === 1 ? "certain" : "possible";
}

/** Failing attempts in a row: one number, or in some phases one more. */
export interface FailureCount {
  readonly least: number;
  readonly most: number;
  /** Of the phases in which it is `most`; 1 where both are equal. */
  readonly shareOfMost: number;
}

/** Attempts that begin in a window of this length, over all phases of the first one. */
export function countFailures(windowUs: Micros, timing: ProbeTiming, outage: Outage): FailureCount {
  if (windowUs <= 0) return { least: 0, most: 0, shareOfMost: 1 };
  const step = failingStepUs(timing, outage);
  const most = Math.ceil(windowUs / step);
  const phasesUs = Math.min(windowUs - (most - 1) * step, timing.periodUs);
  const shareOfMost = phasesUs / timing.periodUs;
  return { least: shareOfMost === 1 ? most : most - 1, most, shareOfMost };
}

function earliestLastAttemptUs(timing: ProbeTiming, outage: Outage): Micros {
  return timing.delayUs + (timing.failureThreshold - 1) * failingStepUs(timing, outage);
}
