import { fail, ok, type Result } from "#base/result.js";
import { parseDuration } from "#base/time.js";
import { unitValue } from "#manifest/fields/quantity.js";
import type { Measure } from "#model/timing.js";
import type { TimingUnit } from "./timing-keys.js";

export interface Misread {
  readonly what: string;
  readonly hint: string;
}

type Read = Result<Measure, Misread>;

/** Longer than any of these is a mistake of the unit. Seconds and bytes. */
const SECONDS_MAX = 7 * 24 * 3600;
const BYTES_MAX = 2 ** 50;

/** `3`, `3s`, `2s..4s`, `1s,2s,2.5s`, `lognormal 3s 0.4`; of sizes `120Mi`. Numbers alone are seconds or bytes. */
export function parseMeasure(text: string, unit: TimingUnit): Read {
  const trimmed = text.trim();
  const hint = `Write ${EXAMPLE[unit]}.`;
  const one = (part: string): number | null => amount(part.trim(), unit);
  const [, median, sigma] = /^lognormal\s+(\S+)\s+(\S+)$/.exec(trimmed) ?? [];
  if (median !== undefined && sigma !== undefined) {
    const [m, s] = [one(median), /^\d*\.?\d+$/.test(sigma) ? Number(sigma) : null];
    if (m === null || s === null || s > 5) {
      return fail({ what: `${JSON.stringify(text)} is no distribution`, hint });
    }
    return bounded({ kind: "lognormal", median: m, sigma: s }, unit);
  }
  const range = trimmed.split("..");
  const list = trimmed.split(",");
  const values = (range.length === 2 ? range : list).map(one);
  const bad = values.indexOf(null);
  if (bad >= 0) {
    const part = (range.length === 2 ? range : list)[bad] ?? "";
    return fail({ what: `${JSON.stringify(part.trim())} is not ${WANTED[unit]}`, hint });
  }
  const numbers = values.filter((value) => value !== null);
  const [first = 0, second = 0] = numbers;
  if (range.length === 2) {
    if (first > second) return fail({ what: `${text} goes backwards`, hint });
    return bounded({ kind: "uniform", from: first, to: second }, unit);
  }
  if (numbers.length > 1) return bounded({ kind: "samples", samples: numbers }, unit);
  return bounded({ kind: "number", value: first }, unit);
}

/** A number, `{count, p50, p95, max}`, `{samples: […]}` or `{dist: …}`, as JSON has it; a string as `parseMeasure`. */
export function measureOf(value: unknown, unit: TimingUnit): Read {
  const hint = `Write a number, {"count", "p50", "p95", "max"}, {"samples": […]} or {"dist": "const|uniform|lognormal|empirical", …}.`;
  if (typeof value === "string") return parseMeasure(value, unit);
  if (isAmount(value)) return bounded({ kind: "number", value }, unit);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail({ what: `${JSON.stringify(value)} is no measure`, hint });
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields.dist !== undefined) return distribution(fields, unit, hint);
  const { p50, p95, max, count, samples } = fields;
  if (isAmount(p50) && isAmount(p95) && isAmount(max) && isAmount(count)) {
    if (!(p50 <= p95 && p95 <= max)) {
      return fail({ what: `p50 ${p50}, p95 ${p95} and max ${max} do not rise`, hint });
    }
    return bounded({ kind: "quantiles", p50, p95, max, count }, unit);
  }
  return fromSamples(samples, unit, hint);
}

function distribution(
  fields: Readonly<Record<string, unknown>>,
  unit: TimingUnit,
  hint: string,
): Read {
  const { dist, value, from, to, median, sigma, samples } = fields;
  if (dist === "const" && isAmount(value)) return bounded({ kind: "number", value }, unit);
  if (dist === "uniform" && isAmount(from) && isAmount(to) && from <= to) {
    return bounded({ kind: "uniform", from, to }, unit);
  }
  if (dist === "lognormal" && isAmount(median) && isAmount(sigma) && sigma <= 5) {
    return bounded({ kind: "lognormal", median, sigma }, unit);
  }
  if (dist === "empirical") return fromSamples(samples, unit, hint);
  const needs = NEEDS[String(dist)];
  const what =
    needs === undefined
      ? `there is no distribution ${JSON.stringify(dist)}`
      : `dist ${JSON.stringify(dist)} needs ${needs}`;
  return fail({ what, hint });
}

const NEEDS: Readonly<Record<string, string>> = {
  const: '"value"',
  uniform: '"from" and "to", the smaller first',
  lognormal: '"median" and "sigma" (at most 5)',
};

function fromSamples(samples: unknown, unit: TimingUnit, hint: string): Read {
  if (!Array.isArray(samples) || samples.length === 0 || !samples.every(isAmount)) {
    return fail({ what: "neither quantiles nor samples that are numbers", hint });
  }
  if (samples.length > SAMPLES_MAX) {
    return fail({ what: `${samples.length} samples, at most ${SAMPLES_MAX} are taken`, hint });
  }
  return bounded({ kind: "samples", samples }, unit);
}

const SAMPLES_MAX = 100_000;

function bounded(measure: Measure, unit: TimingUnit): Read {
  const largest = largestOf(measure);
  if (unit === "seconds" && largest > SECONDS_MAX) {
    const hint = "Times are in seconds, at most a week.";
    return fail({ what: `${largest} s is longer than a week`, hint });
  }
  if (unit === "bytes" && largest > BYTES_MAX) {
    return fail({
      what: `${largest} bytes are more than any node has`,
      hint: "Sizes are in bytes.",
    });
  }
  return ok(measure);
}

function largestOf(measure: Measure): number {
  if (measure.kind === "number") return measure.value;
  if (measure.kind === "quantiles") return measure.max;
  if (measure.kind === "samples") return Math.max(...measure.samples.slice(0, SAMPLES_MAX));
  return measure.kind === "uniform" ? measure.to : measure.median;
}

/** null: not an amount of this unit, or a negative one. */
function amount(text: string, unit: TimingUnit): number | null {
  if (/^\d*\.?\d+$/.test(text)) return Number(text);
  if (unit === "seconds") {
    const ms = parseDuration(text);
    return ms === null ? null : ms / 1000;
  }
  if (unit === "bytes") {
    const bytes = unitValue(text);
    return bytes === null || bytes < 0 ? null : bytes;
  }
  return null;
}

const isAmount = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

const WANTED: Readonly<Record<TimingUnit, string>> = {
  seconds: "a time",
  bytes: "a size",
  count: "a number",
  share: "a share",
};

const EXAMPLE: Readonly<Record<TimingUnit, string>> = {
  seconds: "3, 3s, 250ms, 2s..4s, 1s,2s,2.5s or lognormal 3s 0.4",
  bytes: "134217728, 128Mi or 100Mi..200Mi",
  count: "a number",
  share: "a share such as 0.01",
};
