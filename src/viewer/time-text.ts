import type { TimeWindow } from "./time-window.js";

/** To the microsecond, `83.25 s`; of a long life also as a clock would show it. */
export function exactTime(us: number, durationUs: number): string {
  const seconds = `${fraction(us)} s`;
  return isLong(durationUs) ? `${clockTime(us)} (${seconds})` : seconds;
}

/** From an hour on nobody thinks in seconds any more. */
const isLong = (durationUs: number): boolean => durationUs > 3_600_000_000;

function clockTime(us: number): string {
  const minutes = Math.floor(us / 60_000_000);
  const [seconds = "", ...rest] = fraction(us - minutes * 60_000_000).split(".");
  const two = (part: number | string): string => `${part}`.padStart(2, "0");
  return [`${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds)}`, ...rest].join(".");
}

/** Seconds, exactly: put together from whole numbers, for a quotient would show its rounding. */
function fraction(us: number): string {
  const whole = Math.round(us);
  const digits = `${whole % 1_000_000}`.padStart(6, "0").replace(/0+$/, "");
  return `${Math.floor(whole / 1_000_000)}${digits === "" ? "" : `.${digits}`}`;
}

export interface Tick {
  readonly atUs: number;
  readonly label: string;
}

/** As many as there is room for, at times that people count in. */
export function ticksOf(
  { fromUs, toUs }: TimeWindow,
  most: number,
  durationUs: number,
): readonly Tick[] {
  const wanted = (toUs - fromUs) / Math.max(1, most);
  const step = STEPS_US.find((one) => one >= wanted) ?? Math.ceil(wanted / DAY_US) * DAY_US;
  const label = isLong(durationUs) ? clockTime : (us: number): string => `${fraction(us)} s`;
  const ticks: Tick[] = [];
  for (let n = Math.ceil(fromUs / step); n * step <= toUs; n += 1) {
    ticks.push({ atUs: n * step, label: label(n * step) });
  }
  return ticks;
}

const DAY_US = 86_400_000_000;
const STEPS_US = [
  ...[1, 10, 100, 1_000, 10_000, 100_000].flatMap((power) => [power, 2 * power, 5 * power]),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000_000),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * 3_600_000_000),
];
