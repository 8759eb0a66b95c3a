import type { DurationMs } from "#base/time.js";

/** How something went; decides its colour. */
export type Tone = "good" | "bad" | "busy" | "quiet";

/** A time-line: what was done, what ran, what clients saw. All instants are milliseconds from its beginning. */
export interface Drawing {
  readonly tookMs: DurationMs;
  /** Vertical lines: a save, a signal. */
  readonly marks: readonly Mark[];
  readonly lanes: readonly Lane[];
  readonly traffic: Traffic | null;
}

export interface Mark {
  readonly atMs: number;
  readonly label: string;
  readonly tone: Tone;
}

/** One row, from top to bottom. */
export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly points?: readonly LanePoint[];
}

/** Something that took no time. Shapes differ, so that nobody needs the colour. */
export interface LanePoint {
  readonly atMs: number;
  readonly shape: "circle" | "cross" | "triangle" | "bar";
  readonly label: string;
  readonly tone: Tone;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
  readonly tone: Tone;
}

/** Requests by equal slices of time. */
export interface Traffic {
  readonly sliceMs: DurationMs;
  readonly succeeded: readonly number[];
  readonly failed: readonly number[];
  readonly latencyMaxMs: readonly number[];
}
