import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { TimingValue } from "#rules/subject/figure.js";

/** From the stop signal to the exit. `limit`: it is a bound that hotpod keeps, so it needs no safety factor. */
export interface StopTime extends TimingValue {
  readonly limit: boolean;
}

/** hotpod ends within its drain time-out, or a second before its grace; everything else as it was measured. */
export function stopTimeOf(subject: ContainerSubject): StopTime | null {
  const { settings } = subject;
  if (settings !== null) {
    const { drainTimeoutMs, graceMs } = settings.policy;
    const value = Math.min(drainTimeoutMs, graceMs - 1_000) / 1_000;
    const origin = subject.setting("drain.timeout")?.origin ?? "hotpod";
    return { key: "stopTime", value, source: `drain.timeout and grace (${origin})`, limit: true };
  }
  const measured = subject.timing("stopTime");
  return measured === null ? null : { ...measured, limit: false };
}
