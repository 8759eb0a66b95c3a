/**
 * Latencies in buckets that grow by 2 %: constant memory and a known error, however many are recorded. From 10 µs to
 * about 20 minutes; what is beyond counts in the outermost bucket, the maximum stays exact.
 */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #maxMs = 0;

  record(ms: number): void {
    const index = ms <= LOWEST_MS ? 0 : Math.ceil(Math.log(ms / LOWEST_MS) / LOG_GROWTH);
    const bucket = Math.min(BUCKETS - 1, index);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /** The latency in ms that `share` (0 to 1) of all do not exceed; 0 when nothing was recorded. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(LOWEST_MS * GROWTH ** bucket, this.#maxMs);
    }
    return this.#maxMs;
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      p50: rounded(this.quantile(0.5)),
      p95: rounded(this.quantile(0.95)),
      p99: rounded(this.quantile(0.99)),
      max: rounded(this.#maxMs),
    };
  }
}

/** Milliseconds, except `count`. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const LOWEST_MS = 0.01;
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
const BUCKETS = 940;

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
