import type { DurationMs } from "#base/time.js";

/** A file or folder of configuration that hotpod follows, and what became of its newest content. */
export interface FollowedConfig {
  readonly path: string;
  /** The first 12 hexadecimal digits of the content's SHA-256; null: it cannot be read. */
  readonly hash: string | null;
  /** What new content does: `settings` in the policy directory, else as `config.watch` says it: `SIGHUP`, `POST /reload`, `swap`. */
  readonly action: string;
  readonly state: ConfigState;
  /** What the service answered, or what is wrong with it. */
  readonly detail: string | null;
  /** For how long it has been so. */
  readonly ageMs: DurationMs;
}

export type ConfigState =
  /** It is what hotpod goes by. */
  | "counts"
  /** The serving generation has read it at its start. */
  | "serves"
  /** The serving generation was sent the signal. */
  | "told"
  /** The serving generation was asked, and has not answered yet. */
  | "asked"
  /** It answered well. */
  | "answered"
  /** A generation that reads it at its start is on its way. */
  | "starting"
  /** It counts for nobody: a mistake in the policy directory, a bad answer, a generation that never served. */
  | "refused";

/** What came of waiting for new content at a path. */
export interface ConfigOutcome {
  readonly path: string;
  readonly hash: string | null;
  /** `delivered`: it is there, and hotpod does not follow it. `late`: not in time. */
  readonly state: ConfigState | "delivered" | "late";
  readonly action: string | null;
  readonly detail: string | null;
}

export const isUnderWay = (state: ConfigState): boolean =>
  state === "asked" || state === "starting";
