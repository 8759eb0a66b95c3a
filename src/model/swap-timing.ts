import type { DurationMs } from "#base/time.js";

/** Where the time from a change to its serving went. The parts follow one another: their sum is the whole. */
export interface SwapTiming extends UntilReady {
  /** Until the kernel (with `handover: proxy`, whoever forwards) was told to give it the new connections. */
  readonly switchMs: DurationMs;
}

export interface UntilReady {
  /** From the first event of the file system until the build of it began; builds that newer saves overtook are in it. */
  readonly noticeMs: DurationMs;
  /** Until the artifact was whole and in the store. */
  readonly buildMs: DurationMs;
  /** Until its process ran: the look at memory, a wait for room or for the old one's end, the spawn. */
  readonly startMs: DurationMs;
  /** Until it was ready. */
  readonly readyMs: DurationMs;
}

/** In the order in which they pass. */
export const SWAP_PARTS = ["notice", "build", "start", "ready", "switch"] as const;
export type SwapPart = (typeof SWAP_PARTS)[number];

export function untilReadyMs({ noticeMs, buildMs, startMs, readyMs }: UntilReady): DurationMs {
  return noticeMs + buildMs + startMs + readyMs;
}

export function swapTimingMs(timing: SwapTiming): DurationMs {
  return untilReadyMs(timing) + timing.switchMs;
}
