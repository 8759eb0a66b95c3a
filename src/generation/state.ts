/**
 * Everything the supervisor knows. The room keeps these invariants:
 * - I1 Once a generation was ready, some ready generation owns every listener until shutdown begins; only a crash of
 *   the serving one and a swap in `restart` order leave a gap, in which the sockets are held.
 * - I2 At most one build runs; at most two generations live (main and candidate), plus `maxDraining` draining.
 * - I3 Building, swapping or a failed candidate never turns liveness red; a dead service with no way forward does.
 * - I4 The last change wins: when inputs stop changing, the newest buildable content serves, or the status says why not.
 * - I5 After a stop request every process is gone within the grace period; the exit code is the serving one's verdict.
 * - I6 A candidate that fails never replaces a good generation for good; the same content is not tried again.
 *
 * Deadlines are not stored: they follow from the state and the policy (`deadlines.ts`), so a policy that changes moves
 * them all, and one armed alarm is enough.
 */
import type { Instant } from "#base/time.js";
import type { Policy } from "#config/policy.js";
import type { BuildFailure } from "#model/build-failure.js";
import type {
  Artifact,
  ArtifactId,
  ContentId,
  Exit,
  GenerationId,
  StopSignal,
} from "#model/generation.js";
import type { HandoverReason } from "#model/listener.js";
import type { SwapTiming, UntilReady } from "#model/swap-timing.js";
import type { Candidate, Main, Next, Retiree } from "./place.js";

export interface State {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly life: Life;
  readonly boot: Boot;
  readonly inputs: Inputs;
  readonly build: Build;
  readonly updates: "flowing" | "paused";
  /** What the service did that led to the policy's hand-over; null: it was configured, or nothing is chosen yet. */
  readonly handoverWhy: HandoverReason | null;
  /** The artifact to start as soon as there is room for it. */
  readonly next: Next | null;
  readonly main: Main;
  readonly candidate: Candidate;
  /** Oldest first. */
  readonly retiring: readonly Retiree[];
  /** Whose sockets get new connections. */
  readonly steered: GenerationId | null;
  /** The artifact promoted last. */
  readonly standing: Artifact | null;
  /** What a rollback puts back; never what stands, never in quarantine. */
  readonly previous: Artifact | null;
  readonly lastGood: Artifact | null;
  readonly firstReadyAt: Instant | null;
  readonly quarantine: readonly Quarantined[];
  readonly crashes: Crashes;
  readonly health: Health;
  readonly counters: Counters;
  readonly timing: Timing;
  /** The one wake under way. Any other is stale. */
  readonly alarm: { readonly wake: number; readonly at: Instant } | null;
}

/** What never changes while the supervisor runs. */
export interface Facts {
  /** A person sits in front: a service that gave up waits for the next change instead of ending. */
  readonly terminal: boolean;
  /** New connections can be divided between two generations. */
  readonly weighs: boolean;
}

export type Life =
  | { readonly kind: "unstarted" }
  | { readonly kind: "running" }
  | Stopping
  /** Crashed too often: everything else ends, then the program with this code. */
  | { readonly kind: "leaving"; readonly since: Instant; readonly code: number }
  | { readonly kind: "left"; readonly code: number };

export interface Stopping {
  readonly kind: "stopping";
  readonly signal: StopSignal;
  readonly since: Instant;
  readonly stage: "delay" | "drain" | "kill";
  /** Whose end is the program's end; null when nothing served. */
  readonly verdictOf: GenerationId | null;
  readonly verdict: Exit | null;
}

export interface Boot {
  /** What the image holds without a build. */
  readonly image: Artifact | null;
  /** What was started first without a build; the first reading of the inputs stands for it. */
  readonly readyMade: ArtifactId | null;
  readonly baseline:
    | { readonly kind: "awaited" }
    | { readonly kind: "read"; readonly content: ContentId | null };
}

export interface Inputs {
  readonly reading: Reading;
  /** The newest content read. */
  readonly wanted: ContentId | null;
  readonly outcome: Outcome;
  /** Of the first notice that no finished reading covers. */
  readonly noticedAt: Instant | null;
  readonly lastNoticeAt: Instant | null;
  /** The oldest change that no finished build covers. */
  readonly unservedSince: Instant | null;
  /** `burst`: a build was cancelled for newer content; the next waits for a pause. */
  readonly pace: "calm" | "burst";
  readonly reload: "none" | "asked";
  /** With `readiness: hold`: closed from the first change until the next success. */
  readonly gate: "open" | "closed";
}

export type Reading =
  | { readonly kind: "idle" }
  | { readonly kind: "reading"; readonly ticket: number; readonly after: "rest" | "again" };

/** What became of the wanted content. */
export type Outcome =
  /** It is what the ready-made artifact stands for: nothing to build until a change. */
  | { readonly kind: "recorded" }
  | { readonly kind: "unbuilt" }
  | { readonly kind: "failed"; readonly failure: BuildFailure }
  | { readonly kind: "built"; readonly artifact: ArtifactId }
  | { readonly kind: "quarantined" };

export type Build = { readonly kind: "none" } | RunningBuild | CancellingBuild;

export interface RunningBuild extends BuildOrder {
  readonly kind: "running";
}

export interface CancellingBuild extends BuildOrder {
  readonly kind: "cancelling";
  readonly why: "unwanted" | "timeout";
}

export interface BuildOrder {
  readonly build: number;
  readonly content: ContentId;
  readonly purpose: "update" | "reload";
  readonly since: Instant;
  /** The oldest change in it. */
  readonly changedAt: Instant | null;
  /** The first change noticed since it began. */
  readonly newerSince: Instant | null;
}

export interface Quarantined {
  readonly artifact: ArtifactId | null;
  readonly content: ContentId | null;
}

/** Ends without being asked, of one artifact. */
export interface Crashes {
  readonly artifact: ArtifactId | null;
  readonly at: readonly Instant[];
}

export type Health =
  | { readonly kind: "well" }
  /** The serving generation answers badly; `cure` is tried as soon as there is room. */
  | { readonly kind: "sick"; readonly cure: Next; readonly detail: string }
  /** A fresh generation of the same artifact has taken over and has not answered yet. */
  | { readonly kind: "renewed" }
  | { readonly kind: "hopeless"; readonly detail: string };

/** How long updates took. */
export interface Timing {
  /** Ready, and new connections are about to go to it. */
  readonly switching:
    | (UntilReady & { readonly generation: GenerationId; readonly readyAt: Instant })
    | null;
  /** The update that serves, or served last. */
  readonly last: (SwapTiming & { readonly generation: GenerationId }) | null;
}

/** The number given out last. */
export interface Counters {
  readonly ticket: number;
  readonly build: number;
  readonly generation: number;
  readonly wake: number;
}

/** The state before `started`. */
export function initialState(policy: Policy, facts: Facts): State {
  return {
    policy,
    facts,
    life: { kind: "unstarted" },
    boot: { image: null, readyMade: null, baseline: { kind: "awaited" } },
    inputs: {
      reading: { kind: "idle" },
      wanted: null,
      outcome: { kind: "unbuilt" },
      noticedAt: null,
      lastNoticeAt: null,
      unservedSince: null,
      pace: "calm",
      reload: "none",
      gate: "open",
    },
    build: { kind: "none" },
    updates: policy.paused ? "paused" : "flowing",
    handoverWhy: null,
    next: null,
    main: { kind: "down", sockets: null, why: "not-started" },
    candidate: { kind: "none" },
    retiring: [],
    steered: null,
    standing: null,
    previous: null,
    lastGood: null,
    firstReadyAt: null,
    quarantine: [],
    crashes: { artifact: null, at: [] },
    health: { kind: "well" },
    counters: { ticket: 0, build: 0, generation: 0, wake: 0 },
    timing: { switching: null, last: null },
    alarm: null,
  };
}

/** Updates are held back. The first start is none: without it a container that restarts while paused would never serve. */
export function isPaused({ updates, main }: State): boolean {
  return updates === "paused" && !(main.kind === "down" && main.why === "not-started");
}
