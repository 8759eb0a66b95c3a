import { pathSteps } from "#manifest/fields/field-path.js";
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
  /** Probes and hooks of plain init containers are refused by the API server; `keep` reads the rest all the same. */
  readonly initProbes?: "keep";
}

/** Whether a problem keeps the API server from taking the object. */
export function refuses({ kind, path }: ObjectProblem, options: ReadOptions): boolean {
  if (kind === "dropped") return false;
  if (kind === "unknown-field") return options.unknownFields === "refuse";
  return !(kind === "invalid" && options.initProbes === "keep" && isOfInitProbe(path));
}

function isOfInitProbe(path: ObjectProblem["path"]): boolean {
  const steps = pathSteps(path);
  const field = steps[steps.indexOf("initContainers") + 2];
  return (
    steps.includes("initContainers") &&
    /^(liveness|readiness|startup)Probe$|^lifecycle$/.test(String(field))
  );
}
