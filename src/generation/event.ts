import type { Instant } from "#base/time.js";
import type { Policy } from "#config/policy.js";
import type { Happening } from "#model/happening.js";

/** What has happened. Past tense; every event carries the instant at which the supervisor learned of it. */
export type Event = { readonly at: Instant } & (Happening | PolicyChanged);

export interface PolicyChanged {
  readonly kind: "policy-changed";
  readonly policy: Policy;
}
