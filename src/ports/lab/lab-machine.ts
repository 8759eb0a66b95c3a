import type { FoundNeed } from "#model/lab/lab-report.js";
import type { LabBench } from "./lab-bench.js";

/** The machine a lab runs on. */
export interface LabMachine {
  /** What is there, each looked for once. */
  readonly needs: readonly FoundNeed[];
  nowMs(): number;
  /** A bench for one arm, with an empty folder. */
  openBench(scenario: string, arm: string, scale: number): Promise<OpenBench>;
  /** Rejects after `ms` with a message that names `what`; never earlier than `work` ends. */
  within<T>(ms: number, what: string, work: Promise<T>): Promise<T>;
}

export interface OpenBench {
  readonly bench: LabBench;
  /** Ends everything the arm has started. What could not be ended, or outlived the hotpod that had started it, in words; empty: nothing. */
  close(): Promise<readonly string[]>;
}
