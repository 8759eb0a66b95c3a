import type { Plan } from "./plan-fleet.js";

/** One place that mends several services at once. */
export interface SharedStep {
  readonly place: string;
  readonly title: string;
  /** Of all its services together. */
  readonly gain: number;
  /** Sorted. */
  readonly services: readonly string[];
}

/** Steps of several services that are done in one place, the one with the largest sum of gains first. */
export function sharedSteps(
  plans: readonly Plan[],
  nameOf: (plan: Plan) => string,
): readonly SharedStep[] {
  const places = new Map<string, { title: string; gain: number; services: Set<string> }>();
  for (const plan of plans) {
    for (const { shared, title, from, to } of plan.steps) {
      if (shared === null) continue;
      const known = places.get(shared) ?? { title, gain: 0, services: new Set() };
      known.gain += to - from;
      known.services.add(nameOf(plan));
      places.set(shared, known);
    }
  }
  return [...places]
    .filter(([, { services }]) => services.size > 1)
    .map(([place, { title, gain, services }]) => {
      return { place, title, gain, services: [...services].toSorted() };
    })
    .toSorted((a, b) => b.gain - a.gain || (a.place < b.place ? -1 : 1));
}
