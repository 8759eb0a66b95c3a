import type { ArtifactId, ContentId } from "#model/generation.js";

/** Reads the watched inputs, builds them and keeps the results. Answers come as events. */
export interface Builds {
  /** → `inputs-read`. */
  readInputs(ticket: number): void;
  /** → `build-succeeded`, `build-failed` or, after `cancel`, `build-cancelled`. */
  start(build: number, content: ContentId): void;
  cancel(build: number): void;
  /** Collects every other artifact, except those in use by the edge itself. */
  keep(artifacts: readonly ArtifactId[]): void;
  markGood(artifact: ArtifactId): void;
}
