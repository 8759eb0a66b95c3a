import { prng } from "#base/prng.js";
import type { Micros } from "#model/life/life-event.js";

/**
 * When one save reaches each replica: through a volume or a sync that is not equally quick everywhere. Evenly spread over a stretch
 * whose standard deviation is the given one, since nothing arrives before it was saved; the draws of a replica are its own.
 */
export function fleetArrivals(
  save: { readonly at: Micros; readonly index: number },
  replicas: number,
  { seed, spreadUs }: { readonly seed: number; readonly spreadUs: Micros },
): Micros[] {
  const widthUs = Math.floor(spreadUs * Math.sqrt(12));
  return Array.from({ length: replicas }, (_, replica) => {
    if (widthUs === 0) return save.at;
    const random = prng(
      (seed ^ Math.imul(replica + 1, 0x9e3779b1) ^ Math.imul(save.index + 1, 0x85ebca77)) >>> 0,
    );
    return save.at + random.below(widthUs + 1);
  });
}
