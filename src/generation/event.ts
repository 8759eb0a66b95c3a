import type { Instant } from "#base/time.js";
import type { Policy } from "#config/policy.js";
import type { GenerationId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";

/** What has happened. Past tense; every event carries the instant at which the supervisor learned of it. */
export type Event = { readonly at: Instant } & (Happening | PolicyChanged | Steered);

export interface PolicyChanged {
  readonly kind: "policy-changed";
  readonly policy: Policy;
}

/** The command `steer` was carried out. */
export interface Steered {
  readonly kind: "steered";
  readonly generation: GenerationId;
}
