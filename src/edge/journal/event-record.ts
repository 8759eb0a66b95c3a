import type { Instant } from "#base/time.js";
import type { Notice } from "#model/notice.js";

/** One line of `events.jsonl`. The first line of a file is a header instead: `{"schema":"hotpod.events/v1",…}`. */
export interface EventRecord {
  readonly v: 1;
  /** Counts up within one run. */
  readonly seq: number;
  /** Wall time, RFC 3339 with milliseconds. */
  readonly time: string;
  /** Milliseconds of the monotonic clock: only differences within one run mean something. */
  readonly at: Instant;
  readonly notice: Notice;
}

export const EVENTS_SCHEMA = "hotpod.events/v1";

/** null: a header, a line that was cut off by a crash, or one of a later version. */
export function parseEvent(line: string): EventRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is EventRecord {
  if (typeof value !== "object" || value === null) return false;
  const { v, seq, time, at, notice } = value as Record<string, unknown>;
  if (v !== 1 || typeof seq !== "number" || typeof time !== "string") return false;
  if (typeof at !== "number" || typeof notice !== "object" || notice === null) return false;
  return typeof (notice as Record<string, unknown>).kind === "string";
}
