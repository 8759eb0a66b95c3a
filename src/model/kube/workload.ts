import type { Pod } from "./pod.js";

/** What makes pods: its template, how many, and how a new template replaces an old one. Defaults applied. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly namespace: string;
  readonly template: Pod;
  /** 1 for a bare pod. */
  readonly replicas: number;
  /** null where pods are not replaced by a roll-out (Pod, Job, CronJob). */
  readonly rollout: Rollout | null;
}

export type WorkloadKind =
  | "Pod"
  | "Deployment"
  | "StatefulSet"
  | "DaemonSet"
  | "ReplicaSet"
  | "Job"
  | "CronJob"
  | "Rollout"
  | "KnativeService";

export interface Rollout {
  readonly type: "RollingUpdate" | "Recreate" | "OnDelete";
  readonly maxSurge: Share;
  readonly maxUnavailable: Share;
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
}

/** A number of pods, or a share of the replicas. */
export type Share =
  | { readonly kind: "count"; readonly pods: number }
  | { readonly kind: "percent"; readonly percent: number };
