import { formatDuration } from "#base/time.js";
import type { SwapTiming, UntilReady } from "#model/swap-timing.js";

/** Where the time went, in the order in which it passed: `notice 3ms, build 180ms, start 9ms, ready 20ms, switch 0.1ms`. */
export function swapTimingText(timing: UntilReady | SwapTiming): string {
  const parts: [string, number][] = [
    ["notice", timing.noticeMs],
    ["build", timing.buildMs],
    ["start", timing.startMs],
    ["ready", timing.readyMs],
  ];
  if ("switchMs" in timing) parts.push(["switch", timing.switchMs]);
  return parts.map(([name, ms]) => `${name} ${formatDuration(ms)}`).join(", ");
}
