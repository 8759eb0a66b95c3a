import type { Prng } from "#base/prng.js";
import type { Verdict } from "#model/lab/lab-report.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import type { Prediction } from "./judge/prediction.js";
import type { Need } from "./need.js";
import type { Recorder } from "./record.js";

/** One claim about hot update, and how the lab finds out whether it is true. */
export interface Scenario {
  /** `L101` */
  readonly id: string;
  readonly chapter: 1 | 2 | 3 | 4;
  /** A few words: `Replacing the file a probe runs`. */
  readonly title: string;
  /** What people say. */
  readonly claim: string;
  /** What is done before (the broken set-up) and after (hotpod), for a reader who has never seen the source. */
  readonly story: { readonly before: string; readonly after: string };
  /** Where it differs from the claim. Needed for every verdict but `confirmed`. */
  readonly correction: string | null;
  /** What to do in one's own pod. */
  readonly advice: readonly string[];
  /** Rules of `hotpod check` that find this, and settings of `hotpod run` that matter. */
  readonly rules: readonly string[];
  readonly settings: readonly string[];
  readonly needs: readonly Need[];
  /** What a run takes on a quiet machine, at the default scale, with every tool there and Go's build cache filled; a little more. */
  readonly budgetSeconds: number;
  /** Its times are scaled by `--scale`, and nothing else may run beside it. */
  readonly timed: boolean;
  readonly tags: readonly string[];
  /** What is measured, by key. One key means the same in every arm. */
  readonly measures: Readonly<Record<string, MeasureText>>;
  readonly arms: readonly Arm[];
  /** Those that compare arms; measures are `arm.key`. Counted only where both arms ran. */
  readonly predictions: readonly Prediction[];
  /** The first whose conditions all hold is the verdict; none: `inconclusive`. Measures are `arm.key`. */
  readonly verdicts: readonly VerdictRule[];
  /** The decisive figure of either side, as `arm.key`. */
  readonly headline: { readonly before: string; readonly after: string; readonly about: string };
  /** How to see it without the lab: commands to copy. */
  readonly byHand: string;
}

export interface MeasureText {
  readonly about: string;
  readonly unit: string;
}

export interface VerdictRule {
  readonly verdict: Exclude<Verdict, "skipped" | "inconclusive">;
  readonly when: readonly Prediction[];
}

/** One set-up that is run and measured. */
export interface Arm {
  readonly name: string;
  readonly side: "before" | "after";
  readonly label: string;
  /** Beside the scenario's own. Where one is missing, only this arm is skipped. */
  readonly needs: readonly Need[];
  readonly predictions: readonly Prediction[];
  /** In their place where the runtime counts a command that it does not find, as dockershim did. */
  readonly underDockershim?: readonly Prediction[];
  run(bench: LabBench, record: Recorder, random: Prng): Promise<void>;
}
