import type { Instant } from "#base/time.js";
import type { Artifact, ArtifactId, ContentId, GenerationId } from "#model/generation.js";
import type { Notice } from "#model/notice.js";
import type { SocketSource } from "#model/socket-source.js";

/** What is to be done. Imperative; carried out in order. Intent is in the state before the effect runs. */
export type Command =
  | { readonly kind: "read-inputs"; readonly ticket: number }
  | { readonly kind: "start-build"; readonly build: number; readonly content: ContentId }
  /** Answered by `build-cancelled` (or by the build's own end, when it was faster). */
  | { readonly kind: "cancel-build"; readonly build: number }
  | { readonly kind: "measure-memory"; readonly generation: GenerationId }
  /** Answered by `generation-spawned` or `spawn-failed`. From then on the edge looks for signs of readiness by itself. */
  | {
      readonly kind: "start-generation";
      readonly generation: GenerationId;
      readonly artifact: Artifact;
      readonly sockets: SocketSource;
    }
  /** The generation is settled (ready or given up): stop asking whether it is ready. */
  | { readonly kind: "stop-readiness"; readonly generation: GenerationId }
  /** New connections go to this generation from now on. */
  | { readonly kind: "steer"; readonly generation: GenerationId }
  /** So many per cent of new connections go to this generation, the rest as before. The next `steer` ends it. */
  | { readonly kind: "share"; readonly generation: GenerationId; readonly percent: number }
  | { readonly kind: "await-queue"; readonly generation: GenerationId }
  /** No client is taken any more; those that are there are answered and let go. Only where hotpod forwards. */
  | { readonly kind: "stop-accepting" }
  /** To the main process of the generation. */
  | { readonly kind: "signal"; readonly generation: GenerationId; readonly signal: string }
  /** SIGKILL to its process group, then to descendants that left the group, until `generation-gone`. */
  | { readonly kind: "kill"; readonly generation: GenerationId }
  /** Close hotpod's copy of its sockets. Only after `generation-gone`, or when its sockets are of no more use. */
  | { readonly kind: "release-sockets"; readonly generation: GenerationId }
  | { readonly kind: "probe-liveness"; readonly generation: GenerationId }
  /** Artifacts the store must not collect, newest first. */
  | { readonly kind: "keep-artifacts"; readonly artifacts: readonly ArtifactId[] }
  /** Proved good: what `boot: last-good` starts next time. */
  | { readonly kind: "mark-good"; readonly artifact: ArtifactId }
  | { readonly kind: "wake-at"; readonly wake: number; readonly at: Instant }
  /** Tell people and the journal. */
  | { readonly kind: "announce"; readonly notice: Notice }
  | { readonly kind: "exit"; readonly code: number };
