import type { Micros } from "#model/life/life-event.js";
import { queueLatencyUs } from "#simulate/forms/queue-latency.js";
import type { Fleet, ServiceModel } from "#simulate/life/life-input.js";
import { middleOf } from "#simulate/life/time/stream.js";

/** Who is drowned by the load: nobody, the service, or the service and its health answer with it. */
export type Strain = "none" | "service" | "all";

/** What so many requests a second do to a pod. null: load does not couple pods. */
export function strainOf(
  { capacityPerS, healthBound }: Fleet,
  { healthLatency }: ServiceModel,
  ratePerS: number,
): { readonly strain: Strain; readonly healthUs: Micros | null } | null {
  if (capacityPerS === null) return null;
  const idleUs = healthLatency === null ? 0 : middleOf(healthLatency);
  const latencyUs = queueLatencyUs(ratePerS, { capacityPerS, idleUs });
  if (healthBound === "supervisor") {
    return { strain: latencyUs === null ? "service" : "none", healthUs: null };
  }
  return { strain: latencyUs === null ? "all" : "none", healthUs: latencyUs };
}
