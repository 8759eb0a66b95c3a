/** The largest share of a whole that seeing none in `n` independent trials leaves possible, with a confidence of 95 %: 3/n. */
export function upper95(n: number): number {
  return Math.min(1, 3 / n);
}

/** Half, nineteen of twenty, and all of the values are no larger. Values in any order, at least one. */
export function spreadOf(values: readonly number[]): {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
} {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    rounded(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Three figures are all that a measurement of this kind is good for; whole numbers stay whole. */
export function rounded(value: number): number {
  if (Number.isInteger(value)) return value;
  return Number(value.toPrecision(3));
}
