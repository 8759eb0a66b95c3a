import type { NodeVersion } from "#kubelet/node-version.js";
import type { Prediction } from "#lab/judge/prediction.js";
import type { Recorder } from "#lab/record.js";
import type { MeasureText, VerdictRule } from "#lab/scenario.js";
import type { BesideModel } from "#model/lab/lab-report.js";
import type { ClusterBench } from "./cluster-bench.js";

/** The broken set-up of a scenario once more, in pods of a cluster. Nothing is scaled there. */
export interface ClusterScenario {
  /** Of the scenario that it belongs to. */
  readonly id: string;
  /** Keys of its own: a key of a local arm may mean something else. */
  readonly measures: Readonly<Record<string, MeasureText>>;
  readonly arms: readonly ClusterArm[];
  /** Where no local arm has decided: the verdict of the pods alone. Measures are `arm.key`. */
  readonly verdicts: readonly VerdictRule[];
  /** The decisive figure, as `arm.key`. */
  readonly headline: { readonly measure: string; readonly about: string };
}

export interface ClusterArm {
  /** Unlike all of the scenario's other arms; part of the pods' names. */
  readonly name: string;
  readonly label: string;
  /** On a quiet node. Pods end by themselves after some times that. */
  readonly seconds: number;
  /** Only with `--full`. */
  readonly full?: true;
  readonly predictions: readonly Prediction[];
  run(context: ArmContext): Promise<readonly BesideModel[]>;
}

export interface ArmContext {
  readonly bench: ClusterBench;
  readonly record: Recorder;
  /** Beginning of the names of what the arm makes. */
  readonly prefix: string;
  /** The node that every pod runs on, where the image is already. */
  readonly node: string;
  readonly version: NodeVersion;
  /** A pod that is still there after so long is ended by its kubelet. */
  readonly lifeSeconds: number;
}
