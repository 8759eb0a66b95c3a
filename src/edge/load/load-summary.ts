import type { LatencySummary } from "./histogram.js";
import type { FailureExample, FailureReason } from "./tally.js";

/** What a run of load saw, as its own process prints it. Instants are milliseconds since the load began. */
export interface LoadSummary {
  readonly format: "hotpod.load/v1";
  readonly tookMs: number;
  readonly requests: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: readonly {
    readonly reason: FailureReason;
    readonly count: number;
    readonly first: FailureExample;
  }[];
  /** The connections that stay open, each with one request always under way. */
  readonly kept: StreamSummary;
  /** New connections with one request each, at a fixed rate; latency counts from the intended start. */
  readonly fresh: StreamSummary;
  readonly versions: readonly VersionSpan[];
  /** Connections on which an older version answered after a newer one. */
  readonly backwards: number;
  readonly backwardsExamples: readonly string[];
  /** What connections saw in their lives (`3>4>5`) and how many saw just that; the first 64 kinds. */
  readonly sequences: readonly { readonly versions: string; readonly connections: number }[];
  /** The longest time in which no request at all was answered well. */
  readonly longestGapMs: number;
  readonly longestGap: Stretch;
  readonly bytes: number;
  readonly timeline: TimelineSummary;
}

export interface StreamSummary {
  readonly opened: number;
  /** Connections the server ended with `Connection: close` after a whole answer. */
  readonly politeCloses: number;
  readonly requests: number;
  readonly failed: number;
  readonly latencyMs: LatencySummary;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface VersionSpan {
  readonly version: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly requests: number;
}

/** Equal slices of time from the beginning. */
export interface TimelineSummary {
  readonly sliceMs: number;
  readonly succeeded: readonly number[];
  readonly failed: readonly number[];
  readonly latencyMaxMs: readonly number[];
}
