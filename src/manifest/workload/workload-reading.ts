import type { StructTable } from "#manifest/fields/struct-table.js";
import type { Workload } from "#model/kube/workload.js";
import type { ObjectProblem } from "./object-problem.js";

export interface WorkloadReading {
  /** null: the API server would not take the object. */
  readonly workload: Workload | null;
  readonly problems: readonly ObjectProblem[];
}

export interface ReadOptions {
  /** Kubernetes 1.x. */
  readonly minor: number;
  readonly table: StructTable;
  /** What becomes of fields that are not known here. */
  readonly unknownFields: "refuse" | "note";
}

/** Whether a problem keeps the API server from taking the object. */
export function refuses({ kind }: ObjectProblem, { unknownFields }: ReadOptions): boolean {
  return kind !== "dropped" && !(kind === "unknown-field" && unknownFields === "note");
}
