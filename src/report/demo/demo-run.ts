import type { DurationMs } from "#base/time.js";
import type { Notice } from "#model/notice.js";
import type { Traffic } from "#report/timeline/drawing.js";

/** All that a demo saw, as plain data. Instants are milliseconds since the load began. */
export interface DemoRun {
  /** What was edited, for people: `go-shop, Go 1.26`. */
  readonly service: string;
  readonly machine: string;
  readonly tookMs: DurationMs;
  readonly steps: readonly DemoStep[];
  readonly notices: readonly TimedNotice[];
  readonly requests: number;
  readonly failed: number;
  /** Reason, count and first example, for people. */
  readonly failures: readonly string[];
  readonly backwards: number;
  readonly longestGapMs: DurationMs;
  readonly traffic: Traffic;
  /** The most memory the supervisor itself was seen to hold. */
  readonly rssBytes: number;
}

export interface TimedNotice {
  readonly atMs: number;
  readonly notice: Notice;
}

export interface DemoStep {
  readonly name: string;
  readonly atMs: number;
  /** Where a burst ends; else the same as `atMs`. */
  readonly savedMs: number;
  /** It was meant to serve, or meant not to. */
  readonly meant: "serve" | "not-serve";
  readonly outcome: string;
  /** From the save to the first client that was answered by it; null: nothing new served. */
  readonly servingMs: DurationMs | null;
  /** From the start of the candidate to its promotion. */
  readonly swapMs: DurationMs | null;
  /** Of the clients, while the step lasted. */
  readonly requests: number;
  readonly failed: number;
}
