import type { Instant } from "#base/time.js";
import type { Artifact, Exit, GenerationId } from "#model/generation.js";
import type { MemoryReading } from "#model/memory-reading.js";
import type { Purpose, Withdrawal } from "#model/notice.js";

/** An artifact that is to be started, and why. */
export interface Next {
  readonly artifact: Artifact;
  readonly purpose: Purpose;
  readonly changedAt: Instant | null;
  /** The build that made it; null: none was needed for this start. */
  readonly built: BuildSpan | null;
}

export interface BuildSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** The place of the generation that serves. */
export type Main =
  /** `sockets`: those of an ended generation, held for the next one. */
  | {
      readonly kind: "down";
      readonly sockets: GenerationId | null;
      readonly why: "not-started" | "gave-up";
    }
  | { readonly kind: "starting"; readonly start: Start }
  | Serving
  | { readonly kind: "ending"; readonly retiree: Retiree; readonly successor: Next | null };

export interface Serving {
  readonly kind: "serving";
  readonly run: Run;
  readonly since: Instant;
  readonly trial: "probation" | "proved";
  readonly liveness: Liveness;
}

/** What is known from `liveness.http`. `failures`: bad answers in a row. */
export interface Liveness {
  readonly askedAt: Instant;
  readonly answer: "awaited" | "none-due";
  readonly failures: number;
}

/** The place of the generation that may serve next. */
export type Candidate =
  | { readonly kind: "none" }
  | { readonly kind: "measuring"; readonly next: Next; readonly asked: GenerationId }
  /** Memory is short and the policy is to wait. */
  | {
      readonly kind: "held";
      readonly next: Next;
      readonly memory: MemoryReading;
      readonly neededBytes: number;
    }
  | { readonly kind: "starting"; readonly start: Start }
  | Canary;

/** Ready, with a share of new connections, while the main place's generation serves and keeps the rest. */
export interface Canary {
  readonly kind: "canary";
  readonly run: Run;
  readonly changedAt: Instant | null;
  readonly since: Instant;
  /** The share it has, in per cent, 0 to 99. 0: it waits for a decision. */
  readonly percent: number;
  readonly liveness: Liveness;
}

/** A generation that is not ready yet. */
export interface Start {
  readonly run: Run;
  readonly changedAt: Instant | null;
  readonly built: BuildSpan | null;
  /** When its process ran; null: not yet. */
  readonly spawnedAt: Instant | null;
  /** When its sockets were first seen to be accepted from. */
  readonly acceptingSince: Instant | null;
  /** `promised`: it speaks the notify protocol, so READY=1 will come. */
  readonly notify: "silent" | "promised";
  readonly lastAnswer: string | null;
}

/** One tree of processes. */
export interface Run {
  readonly generation: GenerationId;
  readonly artifact: Artifact;
  readonly purpose: Purpose;
  readonly startedAt: Instant;
  readonly process: Process;
  /** Under which generation its sockets are known outside; null: it has none. */
  readonly sockets: GenerationId | null;
  /** It was ready, and new connections went to it. */
  readonly served: boolean;
  /** It has said that it can stand by. */
  readonly standsBy: boolean;
}

export type Process =
  | { readonly kind: "spawning" }
  | { readonly kind: "alive"; readonly pid: number }
  | { readonly kind: "exited"; readonly exit: Exit };

/** A generation on its way out. */
export interface Retiree {
  readonly run: Run;
  readonly phase: Farewell;
}

/** `moment`: its time was over before it was asked to end. */
export type Patience = "drain-timeout" | "grace" | "moment";

export type Farewell =
  /** Still accepting what was under way. */
  | { readonly kind: "lingering"; readonly since: Instant }
  /** Waiting for its accept queue to empty, or for what hotpod forwards to it to be answered. */
  | { readonly kind: "emptying"; readonly since: Instant }
  /** Nothing reaches it, and it waits for the one that took its place to prove good. */
  | { readonly kind: "standing-by"; readonly since: Instant }
  /** SIGTERM was sent. `patience`: what ends the wait. */
  | {
      readonly kind: "draining";
      readonly since: Instant;
      readonly patience: Patience;
    }
  /** SIGKILL to whatever is left; its end is awaited. */
  | {
      readonly kind: "killed";
      readonly since: Instant;
      readonly drainingSince: Instant | null;
      /** Why it was given up before it was ready; null: it was ready, or failed. */
      readonly withdrawn: Withdrawal | null;
    };
