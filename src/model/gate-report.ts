/** What `hotpod gate` found out. One value; every format is made of it. */
export interface GateReport {
  readonly binary: GateFile;
  /** The folder of the sources; null: none was given. */
  readonly source: string | null;
  /** null: none was given. */
  readonly image: string | null;
  readonly answers: readonly GateAnswer[];
}

export interface GateFile {
  readonly file: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * `same`: what was compared agrees. `different`: it does not; `grade` says how bad that is. `open`: it was asked and could not be compared,
 * which a gate must not take for agreement. `told`: nothing to compare with; for the reader.
 */
export type GateOutcome = "same" | "different" | "open" | "told";

export interface GateAnswer {
  readonly id: string;
  readonly question: string;
  readonly outcome: GateOutcome;
  /** Of `different`; null otherwise. */
  readonly grade: "error" | "warning" | null;
  /** One sentence with the values put in. */
  readonly message: string;
  /** What was put side by side, and where each value came from. */
  readonly compared: readonly GateEvidence[];
  /** What to do, in a sentence; null: nothing. */
  readonly remedy: string | null;
  /** Where it stands in a file of the sources; null: in none. */
  readonly place: GatePlace | null;
}

export interface GateEvidence {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** Lines count from 1. */
export interface GatePlace {
  readonly file: string;
  readonly line: number;
}
