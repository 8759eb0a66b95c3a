/** `timings.json`, as `check` and `simulate` read it. */
export interface TimingFile {
  readonly schema: typeof TIMINGS_SCHEMA;
  /** Of the newest sample, RFC 3339. */
  readonly date: string;
  readonly cores: number;
  /** `go1.26.8`; null: no Go toolchain here. */
  readonly goVersion: string | null;
  /** SHA-256 of go.sum, hexadecimal; null: there is none. */
  readonly goSumHash: string | null;
  readonly timings: Readonly<Record<string, Timing>>;
}

/** Seconds, bytes or counts, by key. `samples`: the newest, oldest first. */
export interface Timing {
  /** Of all samples ever taken; the figures below are of the ones that are kept. */
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly samples: readonly number[];
}

export const TIMINGS_SCHEMA = "hotpod.timings/v1";
const SAMPLES_MAX = 100;

export function addSample(before: Timing | undefined, value: number): Timing {
  const samples = [...(before?.samples ?? []), value].slice(-SAMPLES_MAX);
  const sorted = [...samples].sort((a, b) => a - b);
  /** Nearest rank: a value that was measured. */
  const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? value;
  return {
    count: (before?.count ?? 0) + 1,
    p50: quantile(0.5),
    p95: quantile(0.95),
    max: quantile(1),
    samples,
  };
}

/** What a value must be, at least, to be taken for such a file. */
export function isTimingFile(value: unknown): value is TimingFile {
  if (typeof value !== "object" || value === null) return false;
  const { schema, timings } = value as Record<string, unknown>;
  if (schema !== TIMINGS_SCHEMA || typeof timings !== "object" || timings === null) return false;
  return Object.values(timings).every(
    (timing) => typeof timing?.count === "number" && Array.isArray(timing.samples),
  );
}
