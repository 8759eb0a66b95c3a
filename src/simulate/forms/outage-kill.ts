/** An outage of a service that was up, against a probe whose delay is over. */
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
import { countFailures, type FailureCount } from "./start-kill.js";

/** F2: how many attempts in a row fail. */
export function outageFailures(
  outageUs: Micros,
  timing: ProbeTiming,
  outage: Outage = "refused",
): FailureCount {
  return countFailures(failingWindowUs(outageUs, timing, outage), timing, outage);
}

/**
 * F2: the outage reaches the failure threshold: a liveness probe kills, a readiness probe takes the pod out of its Services. The
 * interval counts from the outage's beginning to the verdict.
 */
export function outageKill(
  outageUs: Micros,
  timing: ProbeTiming,
  outage: Outage = "refused",
): Likelihood {
  const failingUs = failingWindowUs(outageUs, timing, outage);
  const before = (timing.failureThreshold - 1) * failingStepUs(timing, outage);
  return likelihoodOf(failingUs - before, timing.periodUs, before + verdictUs(timing, outage));
}

/** From (included) to below. */
export interface Between {
  readonly fromUs: Micros;
  readonly toUs: Micros;
}

/** F4: a service that stops answering for good, from that moment to each of these. */
export interface Deadlock {
  /** The verdict that kills. */
  readonly decision: Between;
  readonly exit: Between;
  /** The first good answer of the container that follows. */
  readonly serving: Between;
}

/** F4. `stopUs`: what of the grace period the service uses; `restartUs`: from its end to the next good answer. */
export function deadlock(
  timing: ProbeTiming,
  { stopUs, restartUs }: { readonly stopUs: Micros; readonly restartUs: Micros },
  outage: Outage = "silent",
): Deadlock {
  const fromUs =
    (timing.failureThreshold - 1) * failingStepUs(timing, outage) + verdictUs(timing, outage);
  const later = (us: Micros): Between => ({
    fromUs: fromUs + us,
    toUs: fromUs + timing.periodUs + us,
  });
  return { decision: later(0), exit: later(stopUs), serving: later(stopUs + restartUs) };
}
