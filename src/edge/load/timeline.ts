import type { TimelineSummary } from "./load-summary.js";

/** Counts by slice of time. When the slices run out, neighbours are joined and each becomes twice as long. */
export class Timeline {
  #sliceMs = 50;
  #succeeded: number[] = [];
  #failed: number[] = [];
  #latencyMaxMs: number[] = [];

  succeeded(atMs: number, latencyMs: number): void {
    const slice = this.#slice(atMs);
    this.#succeeded[slice] = (this.#succeeded[slice] ?? 0) + 1;
    if (latencyMs > (this.#latencyMaxMs[slice] ?? 0)) this.#latencyMaxMs[slice] = latencyMs;
  }

  failed(atMs: number): void {
    const slice = this.#slice(atMs);
    this.#failed[slice] = (this.#failed[slice] ?? 0) + 1;
  }

  summary(): TimelineSummary {
    return {
      sliceMs: this.#sliceMs,
      succeeded: [...this.#succeeded],
      failed: [...this.#failed],
      latencyMaxMs: this.#latencyMaxMs.map((ms) => Math.round(ms * 10) / 10),
    };
  }

  #slice(atMs: number): number {
    while (Math.floor(atMs / this.#sliceMs) >= SLICES) this.#join();
    const slice = Math.floor(atMs / this.#sliceMs);
    while (this.#succeeded.length <= slice) {
      this.#succeeded.push(0);
      this.#failed.push(0);
      this.#latencyMaxMs.push(0);
    }
    return slice;
  }

  #join(): void {
    this.#sliceMs *= 2;
    this.#succeeded = pairs(this.#succeeded, (a, b) => a + b);
    this.#failed = pairs(this.#failed, (a, b) => a + b);
    this.#latencyMaxMs = pairs(this.#latencyMaxMs, Math.max);
  }
}

function pairs(list: readonly number[], join: (a: number, b: number) => number): number[] {
  const joined: number[] = [];
  for (let i = 0; i < list.length; i += 2) joined.push(join(list[i] ?? 0, list[i + 1] ?? 0));
  return joined;
}

const SLICES = 2_000;
