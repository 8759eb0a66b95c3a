import type { DurationMs } from "#base/time.js";
import type { BuildFailure } from "./build-failure.js";
import type { Artifact, ContentId, Exit, GenerationId } from "./generation.js";
import type { Handover, HandoverReason } from "./listener.js";
import type { MemoryReading } from "./memory-reading.js";
import type { SwapTiming, UntilReady } from "./swap-timing.js";

/** What people are told: one line of the log, one record of the journal, one count of a metric. Past tense. */
export type Notice =
  | { readonly kind: "change-seen"; readonly content: ContentId; readonly files: readonly string[] }
  | {
      readonly kind: "change-unbuilt";
      readonly content: ContentId;
      readonly why: "paused" | "quarantined" | "serving";
    }
  | { readonly kind: "build-started"; readonly build: number; readonly content: ContentId }
  | { readonly kind: "build-cancelled"; readonly build: number; readonly tookMs: DurationMs }
  | {
      readonly kind: "build-succeeded";
      readonly build: number;
      readonly artifact: Artifact;
      readonly tookMs: DurationMs;
    }
  | {
      readonly kind: "build-failed";
      readonly build: number;
      readonly failure: BuildFailure;
      readonly tookMs: DurationMs;
    }
  /** The build's result is what serves already: nothing to swap. */
  | { readonly kind: "artifact-unchanged"; readonly artifact: Artifact }
  | {
      readonly kind: "generation-started";
      readonly generation: GenerationId;
      readonly artifact: Artifact;
      readonly purpose: Purpose;
    }
  /** With `handover: auto`: how it is handed over from now on. */
  | {
      readonly kind: "handover-chosen";
      readonly handover: Handover;
      readonly why: HandoverReason;
    }
  | {
      readonly kind: "generation-ready";
      readonly generation: GenerationId;
      readonly by: "notify" | "http" | "accepting";
      readonly tookMs: DurationMs;
    }
  /** Ready; it gets a share of new connections before it is promoted. */
  | {
      readonly kind: "canary-started";
      readonly generation: GenerationId;
      readonly artifact: Artifact;
      /** Whoever keeps the rest. */
      readonly beside: GenerationId;
      readonly percent: number;
      readonly forMs: DurationMs;
    }
  /** The setting changed. 0: it gets nothing new and waits for a decision. */
  | { readonly kind: "canary-weighed"; readonly generation: GenerationId; readonly percent: number }
  /** Nothing was wrong with it: something newer comes, the old content is back, or everything ends. */
  | {
      readonly kind: "canary-withdrawn";
      readonly generation: GenerationId;
      readonly why: Withdrawal;
      readonly servedMs: DurationMs;
    }
  /** Who kept the rest failed: the canary gets it. */
  | {
      readonly kind: "canary-took-over";
      readonly generation: GenerationId;
      readonly from: GenerationId;
      readonly why: CandidateFailure;
    }
  | {
      readonly kind: "promoted";
      readonly generation: GenerationId;
      readonly previous: GenerationId | null;
      readonly artifact: Artifact;
      /** From the start of the candidate; null: it had served before, and still ran. */
      readonly swapMs: DurationMs | null;
      /** From the oldest change it serves; null when no change led to it. */
      readonly changeMs: DurationMs | null;
      /** Where `changeMs` went; null when no build of a change led to it. */
      readonly timing: UntilReady | null;
    }
  /** New connections go to it: how the time since the change passed. */
  | {
      readonly kind: "update-timed";
      readonly generation: GenerationId;
      readonly timing: SwapTiming;
    }
  | {
      readonly kind: "candidate-failed";
      readonly generation: GenerationId;
      readonly artifact: Artifact;
      readonly why: CandidateFailure;
    }
  /** Nothing was wrong with it, it never served, and its main process has ended now. */
  | {
      readonly kind: "candidate-withdrawn";
      readonly generation: GenerationId;
      readonly why: Withdrawal;
      /** From its start to its end. */
      readonly ranMs: DurationMs;
    }
  | { readonly kind: "quarantined"; readonly artifact: Artifact }
  /** It does not end yet: it waits through the probation of the one that took its place. */
  | { readonly kind: "standing-by"; readonly generation: GenerationId }
  | { readonly kind: "drain-started"; readonly generation: GenerationId }
  | {
      readonly kind: "drain-ended";
      readonly generation: GenerationId;
      readonly tookMs: DurationMs;
      readonly killed: boolean;
    }
  | {
      readonly kind: "probation-passed";
      readonly generation: GenerationId;
      readonly artifact: Artifact;
    }
  | {
      readonly kind: "rolled-back";
      readonly generation: GenerationId;
      readonly from: Artifact;
      readonly to: Artifact;
      readonly why: CandidateFailure | { readonly kind: "requested" };
      /** How long the bad generation had served, a canary its share. */
      readonly servedMs: DurationMs;
      /** `warm`: a generation of it was still there, and serves at once; `cold`: one is started. */
      readonly way: "warm" | "cold";
    }
  | {
      readonly kind: "crashed";
      readonly generation: GenerationId;
      readonly exit: Exit;
      readonly restart: number;
      readonly of: number;
    }
  | {
      readonly kind: "crash-limit-reached";
      readonly exit: Exit;
      readonly restarts: number;
      readonly windowMs: DurationMs;
    }
  | {
      readonly kind: "unhealthy";
      readonly generation: GenerationId;
      readonly failures: number;
      readonly detail: string;
    }
  | {
      readonly kind: "memory-short";
      readonly generation: GenerationId;
      readonly memory: MemoryReading;
      readonly neededBytes: number;
      readonly then: "restart" | "hold" | "end-stand-by";
    }
  | { readonly kind: "paused"; readonly paused: boolean }
  | { readonly kind: "drift"; readonly running: Artifact; readonly nextBoot: Artifact | null }
  | {
      readonly kind: "stopping";
      readonly signal: string;
      readonly delayMs: DurationMs;
      readonly graceMs: DurationMs;
    }
  | { readonly kind: "grace-exhausted"; readonly killed: readonly GenerationId[] }
  | { readonly kind: "stopped"; readonly code: number; readonly tookMs: DurationMs };

/** Why a generation was started. */
export type Purpose = "first" | "update" | "rollback" | "crash-restart" | "liveness" | "reload";

/** Why a generation goes that nothing was wrong with: something newer, the content before is back, or everything ends. */
export type Withdrawal = "superseded" | "reverted" | "stopping";

export type CandidateFailure =
  | { readonly kind: "spawn"; readonly reason: string }
  | { readonly kind: "exited"; readonly exit: Exit }
  | {
      readonly kind: "ready-timeout";
      readonly afterMs: DurationMs;
      readonly lastAnswer: string | null;
    }
  | { readonly kind: "unhealthy"; readonly detail: string };
