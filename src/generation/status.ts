import type { Instant } from "#base/time.js";
import type { Artifact, ArtifactId, ContentId, GenerationId } from "#model/generation.js";
import type { Handover, HandoverReason } from "#model/listener.js";
import type { RollbackWay } from "#model/rollback-way.js";
import type { SwapTiming } from "#model/swap-timing.js";

/** What `ctl status`, the probes and the metrics show: a view of the state at one instant, plain data. */
export interface Status {
  readonly phase: "starting" | "serving" | "updating" | "waiting" | "stopping";
  readonly live: ProbeAnswer;
  readonly ready: ProbeAnswer;
  readonly started: ProbeAnswer;
  readonly serving: GenerationView | null;
  readonly candidate: GenerationView | null;
  /** The candidate is ready and has a share of new connections; null: it is not, or there is none. */
  readonly canary: CanaryView | null;
  readonly draining: readonly GenerationView[];
  readonly build: {
    readonly build: number;
    readonly content: ContentId;
    readonly since: Instant;
  } | null;
  /** The newest content read; differs from what serves while an update is under way or impossible. */
  readonly wanted: ContentId | null;
  /** Why the newest content does not serve, in words; null when it does. */
  readonly behind: string | null;
  /** Where the time of the last update went; null: there was none yet. */
  readonly lastUpdate: (SwapTiming & { readonly generation: GenerationId }) | null;
  /** What a rollback would be now; null: there is nothing to go back to, or a canary decides. */
  readonly rollback: RollbackWay | null;
  readonly quarantine: readonly ArtifactId[];
  readonly paused: boolean;
  /** `why` null: as configured, or the service has not shown yet what suits it. */
  readonly handover: { readonly kind: Handover; readonly why: HandoverReason | null };
  /** What the next container start will run; null: it will be built then. */
  readonly nextBoot: Artifact | null;
  readonly drift: boolean;
}

export interface CanaryView {
  readonly percent: number;
  /** When it is promoted if nothing happens; null: not by itself, as long as things are as they are. */
  readonly endsAt: Instant | null;
}

export interface GenerationView {
  readonly generation: GenerationId;
  readonly artifact: Artifact;
  readonly pid: number | null;
  readonly since: Instant;
  readonly phase: string;
}

/** An HTTP status and its JSON body. */
export interface ProbeAnswer {
  readonly code: 200 | 503;
  readonly body: Readonly<Record<string, string | number>>;
}
