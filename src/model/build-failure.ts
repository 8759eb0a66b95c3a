import type { Exit } from "./generation.js";

export type BuildFailure =
  /** The command ended badly. `output`: its last lines, bounded. */
  | { readonly kind: "command"; readonly exit: Exit; readonly output: string }
  | { readonly kind: "timeout"; readonly output: string }
  /** The input is not whole yet (a copy under way): nothing is wrong, a later change brings the rest. */
  | { readonly kind: "incomplete"; readonly detail: string }
  /** The input can never run here: wrong architecture, not executable. */
  | { readonly kind: "unusable"; readonly detail: string }
  /** Full disk, unwritable store: names the volume. */
  | { readonly kind: "store"; readonly detail: string };
