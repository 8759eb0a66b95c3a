import type { SwapTiming } from "#model/swap-timing.js";
import { quantile } from "./quantile.js";

/** The p50 of each part, in tenths of a millisecond; null: nothing was timed. They need not sum to the p50 of the whole. */
export function medianTiming(timings: readonly SwapTiming[]): SwapTiming | null {
  const median = (part: keyof SwapTiming): number | null => {
    const value = quantile(
      timings.map((timing) => timing[part]),
      0.5,
    );
    return value === null ? null : Math.round(value * 10) / 10;
  };
  const noticeMs = median("noticeMs");
  const buildMs = median("buildMs");
  const startMs = median("startMs");
  const readyMs = median("readyMs");
  const switchMs = median("switchMs");
  if (noticeMs === null || buildMs === null || startMs === null) return null;
  if (readyMs === null || switchMs === null) return null;
  return { noticeMs, buildMs, startMs, readyMs, switchMs };
}
