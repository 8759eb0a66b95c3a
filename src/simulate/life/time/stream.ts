import { exponential } from "#base/exponential.js";
import type { Micros } from "#model/life/life-event.js";
import type { Distribution } from "#simulate/life/life-input.js";

/** Random numbers of one entity (sfc32). */
export interface Stream {
  /** From 0 to below 1, in steps of 2⁻³². */
  next(): number;
  /** A duration, whole microseconds, never below 0. */
  draw(distribution: Distribution): Micros;
}

/** The stream of one entity under one seed. Another entity, by another path, never shifts its numbers. */
export function streamOf(seed: number, path: string): Stream {
  let a = hash(`${seed}`, 0x9e3779b9);
  let b = hash(path, 0x243f6a88);
  let c = hash(`${path}/${seed}`, 0xb7e15162);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return { next, draw: (distribution) => Math.max(0, Math.round(drawn(distribution, next))) };
}

/** FNV-1a over UTF-16 units, finished as in MurmurHash3. */
function hash(text: string, start: number): number {
  let h = start | 0;
  for (let at = 0; at < text.length; at++) {
    h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

function drawn(distribution: Distribution, next: () => number): number {
  switch (distribution.kind) {
    case "const":
      return distribution.us;
    case "uniform":
      return distribution.fromUs + (distribution.toUs - distribution.fromUs) * next();
    case "lognormal":
      return distribution.medianUs * exponential(distribution.sigma * normal(next));
    case "quantiles":
      return ofQuantiles(distribution, next());
    case "empirical": {
      const { samplesUs } = distribution;
      return samplesUs[Math.floor(next() * samplesUs.length)] ?? 0;
    }
  }
}

/** Twelve uniform numbers have the variance of one normal one, and sums are the same on every machine. */
function normal(next: () => number): number {
  let sum = -6;
  for (let n = 0; n < 12; n++) sum += next();
  return sum;
}

/** Straight lines from nothing to the median, from there to the 95th percentile, from there to the largest. */
function ofQuantiles(
  { p50, p95, max }: Extract<Distribution, { kind: "quantiles" }>,
  share: number,
): number {
  if (share < 0.5) return p50 * (share / 0.5);
  if (share < 0.95) return p50 + (p95 - p50) * ((share - 0.5) / 0.45);
  return p95 + (max - p95) * ((share - 0.95) / 0.05);
}

/** The value in the middle, for one run that is to show what is to be expected. */
export function middleOf(distribution: Distribution): Micros {
  switch (distribution.kind) {
    case "const":
      return distribution.us;
    case "uniform":
      return Math.round((distribution.fromUs + distribution.toUs) / 2);
    case "lognormal":
      return Math.round(distribution.medianUs);
    case "quantiles":
      return distribution.p50;
    case "empirical": {
      const sorted = [...distribution.samplesUs].sort((x, y) => x - y);
      return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
    }
  }
}
