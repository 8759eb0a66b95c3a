import type { ArtifactId, GenerationId } from "./generation.js";
import type { Handover } from "./listener.js";

/** What going back from the serving generation would be now. */
export type RollbackWay =
  /** That generation has not ended: it serves again without a start. */
  | {
      readonly way: "warm";
      readonly artifact: ArtifactId;
      readonly generation: GenerationId;
      readonly standsBy: boolean;
    }
  /** That artifact is started anew. */
  | { readonly way: "cold"; readonly artifact: ArtifactId; readonly why: ColdReason };

/** Why no generation stands by. */
export type ColdReason =
  /** The setting of that name is false. */
  | { readonly kind: "off"; readonly key: "standby" | "rollback" }
  /** With this hand-over nobody can. */
  | { readonly kind: "handover"; readonly handover: Handover }
  /** The service has not said that it can: it does without the SDK, or serves what the SDK cannot give away. */
  | { readonly kind: "unable" }
  /** The serving generation has proved good. */
  | { readonly kind: "proved" }
  /** Something newer is on its way, memory was short, it could not, or it has ended by itself. */
  | { readonly kind: "ended" };
