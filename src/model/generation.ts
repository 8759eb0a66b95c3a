/** One running copy of the service, numbered from 1 in the order of their starts. Never reused. */
export type GenerationId = number;

/** SHA-256 (first 12 hex digits) of all watched files: what the sources say now. */
export type ContentId = string;

/** SHA-256 (first 12 hex digits) of what was built: what a generation runs. */
export type ArtifactId = string;

/** An immutable build result. Equal ids mean equal bytes. */
export interface Artifact {
  readonly id: ArtifactId;
  /** The content it was built from. `null` when it came ready-made (image, last good of an earlier run). */
  readonly content: ContentId | null;
}

/** How a process ended, as wait(2) tells it. */
export type Exit =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string };

/** The signals hotpod itself interprets; the others go to the serving generation unread. */
export type StopSignal = "SIGTERM" | "SIGINT";
