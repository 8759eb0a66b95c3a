import type { BuildFailure } from "./build-failure.js";
import type { Artifact, ContentId, Exit, GenerationId, StopSignal } from "./generation.js";
import type { Handover, HandoverReason } from "./listener.js";
import type { MemoryReading } from "./memory-reading.js";

/** What the world tells the supervisor. Past tense. */
export type Happening =
  /** The first event. `image`: the artifact the container image holds, when it needs no build. */
  | {
      readonly kind: "started";
      readonly image: Artifact | null;
      readonly lastGood: Artifact | null;
    }
  /** The watcher saw something; whether any content changed is not known yet. */
  | { readonly kind: "change-noticed" }
  /** Answer to `read-inputs`. null: the inputs cannot be read at the moment (a file vanished half-way). */
  | {
      readonly kind: "inputs-read";
      readonly ticket: number;
      readonly content: ContentId | null;
      /** Files that differ from the previous reading, at most 20, relative to the working directory. */
      readonly changed: readonly string[];
      /** One of them has gone or is empty: editors save in such steps, so it may be whole in a moment. */
      readonly midSave: boolean;
    }
  | { readonly kind: "build-succeeded"; readonly build: number; readonly artifact: Artifact }
  | { readonly kind: "build-failed"; readonly build: number; readonly failure: BuildFailure }
  | { readonly kind: "build-cancelled"; readonly build: number }
  /** Answer to `measure-memory`. null: no limit is set or it cannot be read. */
  | {
      readonly kind: "memory-measured";
      readonly generation: GenerationId;
      readonly memory: MemoryReading | null;
    }
  | { readonly kind: "generation-spawned"; readonly generation: GenerationId; readonly pid: number }
  /**
   * The process could not be started or the sockets could not be opened; nothing of it is left. Sockets that it was to
   * take over stay with the generation they came from; from `generation-spawned` on they are its own.
   */
  | { readonly kind: "spawn-failed"; readonly generation: GenerationId; readonly reason: string }
  /**
   * A datagram on NOTIFY_SOCKET. `hello`: any assignment but READY=1; the service will tell when it is ready. `stands-by`: its
   * connections move to whoever serves, and it can serve again afterwards; said before it is ready.
   */
  | {
      readonly kind: "notified";
      readonly generation: GenerationId;
      readonly notice: "hello" | "stands-by" | "ready" | "stopping";
    }
  /** The generation took a connection from its own socket. Without sockets: its process runs. */
  | { readonly kind: "accepting-seen"; readonly generation: GenerationId }
  /** An answer to `ready.http` by exactly this generation. */
  | {
      readonly kind: "ready-answered";
      readonly generation: GenerationId;
      readonly good: boolean;
      readonly detail: string;
    }
  /** Answer to `probe-liveness`. */
  | {
      readonly kind: "liveness-answered";
      readonly generation: GenerationId;
      readonly good: boolean;
      readonly detail: string;
    }
  /** The generation's main process ended. Descendants may be left. */
  | { readonly kind: "generation-exited"; readonly generation: GenerationId; readonly exit: Exit }
  /** No process of the generation is left. Comes once, after `generation-exited`. */
  | { readonly kind: "generation-gone"; readonly generation: GenerationId }
  /** Answer to `await-queue`: nothing waits in the accept queue of its sockets any more. */
  | { readonly kind: "queue-emptied"; readonly generation: GenerationId }
  /** With `handover: auto`: the service has shown how it is handed over. */
  | {
      readonly kind: "handover-chosen";
      readonly handover: Handover;
      readonly why: HandoverReason;
    }
  | { readonly kind: "stop-requested"; readonly signal: StopSignal; readonly terminal: boolean }
  /** Any other signal that belongs to the service. */
  | { readonly kind: "signal-received"; readonly signal: string }
  /** SIGUSR2 or `hotpod ctl reload`: update now, also when nothing changed; lifts a quarantine. */
  | { readonly kind: "reload-requested" }
  | { readonly kind: "rollback-requested" }
  /** `hotpod ctl promote`: the canary gets everything now. */
  | { readonly kind: "promote-requested" }
  | { readonly kind: "pause-changed"; readonly paused: boolean }
  /** A timer asked for by `wake-at`. A wake that no longer matches the state is ignored. */
  | { readonly kind: "woke"; readonly wake: number };
