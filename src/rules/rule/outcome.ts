import type { Source } from "#manifest/text/source.js";
import type { Fix } from "./fix.js";
import type { Severity } from "./rule.js";

/** What a rule says of one subject. No faults and nothing missing: it passes, or does not apply. */
export interface Outcome {
  readonly applies: boolean;
  readonly faults: readonly Fault[];
  /** Not empty: the rule is open, and this would close it. */
  readonly missing: readonly Missing[];
}

/** One thing that is wrong. */
export interface Fault {
  readonly severity: Severity;
  /** Of rules of arithmetic: in every phase, in some, or only without the safety factor. */
  readonly certainty?: "certain" | "possible" | "tight";
  readonly at: Source;
  /** One sentence with the numbers put in. */
  readonly message: string;
  readonly related?: readonly { readonly source: Source; readonly message: string }[];
  readonly figures?: readonly Figure[];
  readonly fix?: Fix;
  /** What to do, where it is not the rule's general remedy. */
  readonly remedy?: string;
  /** What tells this fault from others of the rule at the same subject; no numbers that only measure time. */
  readonly evidence?: string;
}

/** A number that was put in. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** `--timing`, `timings.json of 2026-11-24, 12 samples`, `spec.containers[0].livenessProbe`, `default`. */
  readonly source: string;
}

/** Letters as in `Rule.inputs`. */
export type Input = "W" | "N" | "D" | "I" | "R" | "H" | "G" | "S" | "T" | "B";

export interface Missing {
  readonly input: Input;
  /** Which flag or file would close it: `--timing coldStart=SECONDS`. */
  readonly say: string;
}

export const PASS: Outcome = { applies: true, faults: [], missing: [] };
export const NOT_APPLICABLE: Outcome = { applies: false, faults: [], missing: [] };

export function fails(...faults: readonly Fault[]): Outcome {
  return { applies: true, faults, missing: [] };
}

export function open(input: Input, say: string): Outcome {
  return { applies: true, faults: [], missing: [{ input, say }] };
}

export function openTiming(key: string): Outcome {
  return open("T", `--timing ${key}=… or --timings timings.json`);
}

/** Of several questions of one rule: it applies when one does. */
export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    applies: outcomes.some(({ applies }) => applies),
    faults: outcomes.flatMap(({ faults }) => faults),
    missing: outcomes.flatMap(({ missing }) => missing),
  };
}
