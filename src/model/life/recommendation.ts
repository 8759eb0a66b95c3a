import type { Hazard, Origin } from "./life-report.js";

/** Values for a workload's probes, stop, roll-out and memory, each with its reason, and what proved them. */
export interface Recommendation {
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  /** The container that is updated. */
  readonly container: string;
  /** The reload tool that the values are for. */
  readonly tool: string;
  /** `safe`: as tolerant as the targets allow; `fast-detect`: as quick as the facts allow. */
  readonly objective: "safe" | "fast-detect";
  readonly values: readonly RecommendedValue[];
  /** What was asked for and no value can give; the values beside it are the nearest safe ones. */
  readonly impossible: readonly ImpossibleDemand[];
  /** What could not be said, and which input would say it. */
  readonly missing: readonly { readonly input: string; readonly unsaid: string }[];
  /** A strategic-merge patch of the workload, for `kubectl patch --patch-file`. */
  readonly patch: PatchValue;
  /** The workload with these values, simulated again. null: not done. */
  readonly proof: Proof | null;
}

export type ValueGroup =
  | "startupProbe"
  | "livenessProbe"
  | "readinessProbe"
  | "stop"
  | "rollout"
  | "memory"
  | "supervisor";

export interface RecommendedValue {
  readonly group: ValueGroup;
  /** From the workload's root, as in `kubectl explain`, a container by its name in brackets. */
  readonly path: string;
  /** As it stands in the manifest. */
  readonly value: number | string;
  readonly unit: "s" | "count" | "quantity";
  /** As given, defaults applied; null: not set. */
  readonly current: number | string | null;
  /** One sentence for a person. */
  readonly reason: string;
  /** Of the closed forms, the kubelet model or `hotpod check`: `F3`. */
  readonly rule: string;
  /** What it was computed from: `coldStart`, `12s`, `p95 of 20`. */
  readonly inputs: readonly FactUsed[];
  /** By how much the inputs may grow before the value is not enough; null: nothing it depends on. */
  readonly slack: Slack | null;
  /** The same field under another choice. */
  readonly alternatives: readonly { readonly value: number | string; readonly when: string }[];
}

export interface FactUsed {
  readonly name: string;
  readonly value: string;
  /** How it was read from what was measured: `p95 of 20`, `largest of 3`, `given`. */
  readonly source: string;
}

export interface Slack {
  readonly amount: number;
  readonly unit: "s" | "bytes";
  /** What it is left of: `startup budget 18s − coldStart 12s`. */
  readonly text: string;
}

export interface ImpossibleDemand {
  /** What was asked for: `detection within 30s`. */
  readonly demand: string;
  /** Why, with the numbers, and what is reached instead. */
  readonly why: string;
  readonly rule: string;
}

export interface Proof {
  readonly origin: Origin;
  /** Whether all that the values can prevent did not happen. */
  readonly kind: "proved" | "refuted";
  readonly hazards: readonly Hazard[];
  /** How long the proof took is no part of it: the same input proves the same bytes. */
  readonly runs: number;
}

/** Plain JSON, in the order in which it is to be printed. */
export type PatchValue =
  | string
  | number
  | boolean
  | null
  | readonly PatchValue[]
  | { readonly [key: string]: PatchValue };
