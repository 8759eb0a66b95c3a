/** A figure as it was measured or given: in seconds, bytes or counts, as its key says. */
export type Measure =
  | { readonly kind: "number"; readonly value: number }
  | {
      readonly kind: "quantiles";
      readonly p50: number;
      readonly p95: number;
      readonly max: number;
      readonly count: number;
    }
  | { readonly kind: "samples"; readonly samples: readonly number[] }
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  | { readonly kind: "lognormal"; readonly median: number; readonly sigma: number };

export interface KnownTiming {
  readonly key: string;
  readonly measure: Measure;
  /** For people: `--timing`, `timings.json of 2026-11-24`, `annotation hotpod.dev/timing.build`, `hotpod.yaml`. */
  readonly source: string;
}

/** The single value that decisions are made by: the 95th percentile of five and more samples, else the largest. */
export function decisiveValue(measure: Measure): number {
  switch (measure.kind) {
    case "number":
      return measure.value;
    case "quantiles":
      return measure.count >= ENOUGH ? measure.p95 : measure.max;
    case "samples": {
      const sorted = [...measure.samples].sort((a, b) => a - b);
      const last = sorted.length - 1;
      const rank = sorted.length >= ENOUGH ? Math.ceil(0.95 * sorted.length) - 1 : last;
      return sorted[rank] ?? 0;
    }
    case "uniform":
      return measure.to;
    case "lognormal":
      return measure.median * Math.exp(Z95 * measure.sigma);
  }
}

const ENOUGH = 5;
/** The standard normal's 95th percentile. */
const Z95 = 1.6448536269514722;
