/**
 * The same arithmetic as far as it can be said without knowing when in a second the container starts: bounds that hold for every
 * fraction. What is graded by them is never safer than it looks.
 */
import type { Probe } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import { SECOND_US } from "./probe-timing.js";

/** Container ages between which the attempt that reaches the failure threshold begins, while all fail. */
export interface KillBounds {
  /** K⁻: never earlier. */
  readonly earliestUs: Micros;
  /** K⁺: always earlier than this. */
  readonly latestUs: Micros;
}

/** With answers that are refused, or silent ones whose timeout is not longer than the period. */
export function killBounds(probe: Probe): KillBounds {
  const { initialDelaySeconds, periodSeconds, failureThreshold } = probe;
  const before = (failureThreshold - 1) * periodSeconds;
  return {
    earliestUs: (Math.max(0, initialDelaySeconds - 1) + before) * SECOND_US,
    latestUs: (initialDelaySeconds + before + periodSeconds) * SECOND_US,
  };
}

/** `tight`: safe as measured, but not with the safety factor. */
export type StartGrade = "safe" | "tight" | "possible-kill" | "certain-kill";

/** How a start of this length (from the container's start to the first good answer) fares. `safety`: usually 1.5. */
export function gradeStart(startUs: Micros, probe: Probe, safety: number): StartGrade {
  const { earliestUs, latestUs } = killBounds(probe);
  if (startUs >= latestUs) return "certain-kill";
  if (startUs > earliestUs) return "possible-kill";
  return safety * startUs <= earliestUs ? "safe" : "tight";
}

export type OutageGrade = "safe" | "possible" | "certain";

/** Whether an outage, as far as attempts fail in it, reaches the failure threshold. */
export function gradeOutage(failingUs: Micros, probe: Probe): OutageGrade {
  const { periodSeconds, failureThreshold } = probe;
  const periodUs = periodSeconds * SECOND_US;
  if (failingUs >= failureThreshold * periodUs) return "certain";
  const survives = failingUs === 0 || failingUs < (failureThreshold - 1) * periodUs;
  return survives ? "safe" : "possible";
}

/** From the first failing attempt's cause to the readiness verdict, at the latest. */
export function withdrawalUs(probe: Probe): Micros {
  const { periodSeconds, failureThreshold, timeoutSeconds } = probe;
  return (failureThreshold * periodSeconds + timeoutSeconds) * SECOND_US;
}
