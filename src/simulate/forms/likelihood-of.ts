import type { Micros } from "#model/life/life-event.js";
import type { Likelihood } from "#model/life/life-report.js";

/**
 * What happens in the phases below `phasesUs` out of [0, `periodUs`), and comes as much later as the phase is: from `firstUs` on.
 * A division of whole numbers is the same on every machine.
 */
export function likelihoodOf(phasesUs: Micros, periodUs: Micros, firstUs: Micros): Likelihood {
  const within = Math.min(Math.max(phasesUs, 0), periodUs);
  return {
    share: within / periodUs,
    interval: within === 0 ? null : { fromUs: firstUs, toUs: firstUs + within },
    origin: { kind: "exact" },
  };
}
