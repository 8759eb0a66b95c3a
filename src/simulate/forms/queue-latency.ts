import type { Micros } from "#model/life/life-event.js";

/** A pod as a queue: what it can answer, and how long one answer takes when nothing waits. */
export interface PodQueue {
  readonly capacityPerS: number;
  readonly idleUs: Micros;
}

/**
 * How long an answer takes under this load: h0 / (1 − ρ). null: more is asked than can be answered, so the queue grows and nothing
 * comes in time.
 */
export function queueLatencyUs(
  offeredPerS: number,
  { capacityPerS, idleUs }: PodQueue,
): Micros | null {
  if (offeredPerS >= capacityPerS) return null;
  return Math.round((idleUs * capacityPerS) / (capacityPerS - offeredPerS));
}

/**
 * The load that this many pods bear without one of their health answers being later than the timeout. One pod fewer than there are
 * tells whether the loss of one takes the others with it.
 */
export function bearableRatePerS(pods: number, queue: PodQueue, timeoutUs: Micros): number {
  if (timeoutUs <= queue.idleUs) return 0;
  return (pods * queue.capacityPerS * (timeoutUs - queue.idleUs)) / timeoutUs;
}
