import type { Instant } from "#base/time.js";

/** Monotonic time. A wake comes back as `{kind: "woke"}`; wakes that fall due are delivered in order of their instants. */
export interface Clock {
  now(): Instant;
  wakeAt(wake: number, at: Instant): void;
}
