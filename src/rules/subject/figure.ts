import { decisiveValue, type KnownTiming } from "#model/timing.js";
import type { Figure } from "#rules/rule/outcome.js";

/** A timing as rules use it: in seconds, bytes or counts, as its key says. */
export interface TimingValue {
  readonly key: string;
  readonly value: number;
  readonly source: string;
}

export function timingValue({ key, measure, source }: KnownTiming): TimingValue {
  return { key, value: decisiveValue(measure), source };
}

export function timingFigure(
  { key, value, source }: TimingValue,
  unit: "s" | "bytes" | "",
): Figure {
  const shown = unit === "bytes" ? bytesText(value) : `${round(value)}${unit === "s" ? " s" : ""}`;
  return { name: key, value: shown, source };
}

/** `18 s`, `0.8 s`. */
export function secondsText(seconds: number): string {
  return `${round(seconds)} s`;
}

/** `512 Mi`, `1.5 Gi`. */
export function bytesText(bytes: number): string {
  const units = ["", "Ki", "Mi", "Gi", "Ti"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${round(value)} ${units[unit]}`.trimEnd();
}

function round(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)));
}
