import type { FileAct } from "./file-act.js";

/** What the caller's generation has to do with a path at which generations have sockets. */
export interface Standing {
  /** It has bound the path. */
  readonly bound: boolean;
  /** Whoever connects finds it. */
  readonly found: boolean;
  /** It is not promoted yet, and may still look whether another one lives. */
  readonly candidate: boolean;
  /** Generations to come are expected at this path. */
  readonly lasting: boolean;
  /** hotpod ends; no generation follows. */
  readonly ending: boolean;
}

export type Verdict =
  /** The kernel does it, as it was asked. */
  | "continue"
  /** Nothing is done, and the caller is told that it is. */
  | "pretend"
  /** Nobody listens, the caller is told. */
  | "refuse"
  /** It is done to the file of the caller's generation, whatever that is called. */
  | "redirect";

/**
 * A path that clients use is changed by promotion alone. A candidate that clears the way for its own socket clears nothing, nor
 * does a generation that tidies up at its end: by then the path is another one's, or clients wait there for the next.
 */
export function judgeFileAct(kind: FileAct["kind"], standing: Standing): Verdict {
  const { bound, found, candidate, lasting, ending } = standing;
  switch (kind) {
    case "remove":
      return found && (ending || !lasting) ? "redirect" : "pretend";
    case "connect":
      return candidate && !bound ? "refuse" : "continue";
    case "mode":
    case "owner":
      return bound ? "redirect" : "continue";
  }
}
