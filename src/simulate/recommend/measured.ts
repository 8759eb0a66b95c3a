import { unreachable } from "#base/assert.js";
import { exponential } from "#base/exponential.js";
import type { Micros } from "#model/life/life-event.js";
import type { FactUsed } from "#model/life/recommendation.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import type { Distribution } from "#simulate/life/life-input.js";

/** A duration that was measured or given, as what is recommended is computed from it. */
export interface Fact {
  readonly name: string;
  /** The 95th percentile of at least five samples, else the largest. */
  readonly us: Micros;
  /** The longest that is to be expected. */
  readonly largestUs: Micros;
  readonly used: FactUsed;
}

/** Fewer samples say nothing about their 95th percentile. */
const SAMPLES_MIN = 5;

/** null: not known. */
export function factOf(name: string, distribution: Distribution | null): Fact | null {
  if (distribution === null) return null;
  const { us, largestUs, source } = judge(distribution);
  return { name, us, largestUs, used: { name, value: secondsText(us), source } };
}

interface Judged {
  readonly us: Micros;
  readonly largestUs: Micros;
  readonly source: string;
}

function judge(distribution: Distribution): Judged {
  switch (distribution.kind) {
    case "const":
      return { us: distribution.us, largestUs: distribution.us, source: "given" };
    case "uniform": {
      const { fromUs, toUs } = distribution;
      const us = fromUs + Math.ceil(((toUs - fromUs) * 95) / 100);
      return { us, largestUs: toUs, source: "p95" };
    }
    case "lognormal": {
      // 95 % and 99.99 % of the normal distribution: it has no end.
      const at = (deviations: number): Micros =>
        Math.ceil(distribution.medianUs * exponential(deviations * distribution.sigma));
      return { us: at(1.6448536269514722), largestUs: at(3.719016485455709), source: "p95" };
    }
    case "quantiles":
      return ofSamples(distribution.count, distribution.p95, distribution.max);
    case "empirical": {
      const sorted = [...distribution.samplesUs].sort((a, b) => a - b);
      const count = sorted.length;
      const largestUs = sorted[count - 1] ?? 0;
      return ofSamples(count, sorted[Math.ceil((count * 95) / 100) - 1] ?? largestUs, largestUs);
    }
    default:
      return unreachable(distribution);
  }
}

function ofSamples(count: number, p95Us: Micros, largestUs: Micros): Judged {
  return count >= SAMPLES_MIN
    ? { us: p95Us, largestUs, source: `p95 of ${count}` }
    : { us: largestUs, largestUs, source: `largest of ${count}` };
}

/** `3.8s`: to the millisecond, rounded up, since what is computed from it must not be short. */
export function secondsText(us: Micros): string {
  return `${Math.ceil(us / 1_000) / 1_000}s`;
}

/** Whole seconds that hold it. */
export function ceilSeconds(us: Micros): number {
  return Math.ceil(us / SECOND_US);
}
