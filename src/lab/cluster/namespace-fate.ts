import { LAB_LABEL, PREPARED } from "./rights.js";

/** When a namespace of a lab is over, whatever became of the lab: RFC 3339. */
export const UNTIL_ANNOTATION = "hotpod.dev/lab-until";

export interface ApiNamespace {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

/** What is to be done with the namespace of the name that a lab wants. */
export type NamespaceFate =
  /** It is made, and deleted at the end. */
  | { readonly kind: "make" }
  /** Somebody has made it for the lab: used, and left. */
  | { readonly kind: "use" }
  /** Left over from a lab whose time is over: deleted, and made anew. */
  | { readonly kind: "replace" }
  /** Another lab may still be at work in it. */
  | { readonly kind: "busy"; readonly until: string }
  | { readonly kind: "ends" }
  /** It is not the lab's. */
  | { readonly kind: "foreign" };

/** `found` null: there is none. `now`: RFC 3339. */
export function namespaceFate(found: ApiNamespace | null, now: string): NamespaceFate {
  if (found === null) return { kind: "make" };
  const { labels = {}, annotations = {}, deletionTimestamp } = found.metadata ?? {};
  const mark = labels[LAB_LABEL];
  if (mark === undefined) return { kind: "foreign" };
  if (deletionTimestamp !== undefined) return { kind: "ends" };
  if (mark === PREPARED) return { kind: "use" };
  const until = annotations[UNTIL_ANNOTATION];
  // A mark without an end was not made by a lab.
  if (until === undefined) return { kind: "foreign" };
  return until < now ? { kind: "replace" } : { kind: "busy", until };
}
