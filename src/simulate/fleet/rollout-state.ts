import type { Rollout } from "#model/kube/workload.js";
import type { Micros } from "#model/life/life-event.js";

/** Which template a pod is of. */
export type Side = "old" | "updated";

/** A pod as the controllers see it. */
export interface Replica {
  readonly name: string;
  readonly side: Side;
  readonly createdAt: Micros;
  /** null: not ready. */
  readySince: Micros | null;
  restarts: number;
  phase: "Pending" | "Running";
  /** Deletion was asked for: it counts for nothing any more. */
  deleting: boolean;
}

/** What the cluster does for the controllers; answers come through the methods of the roll-out, also from inside these calls. */
export interface RolloutHost {
  now(): Micros;
  wakeAt(at: Micros): void;
  create(name: string, side: Side): void;
  /** → `gone`, when the last container has ended. */
  remove(name: string): void;
  readonly told: RolloutListener;
}

export interface RolloutListener {
  /** Wanted, ready and available pods after something changed. */
  step(counts: { old: number; updated: number; ready: number; available: number }): void;
  deadline(reason: string, message: string): void;
  complete(): void;
}

export interface RolloutPlan {
  readonly name: string;
  readonly replicas: number;
  readonly rollout: Rollout;
  /** A pod is only made when the one whose place it takes is gone (StatefulSet, DaemonSet). */
  readonly waits: boolean;
}

/** Everything a Deployment's controllers know. */
export interface RolloutState {
  readonly plan: RolloutPlan;
  readonly limits: { readonly surge: number; readonly unavailable: number };
  readonly host: RolloutHost;
  readonly pods: Map<string, Replica>;
  /** The ReplicaSets' `replicas`. */
  wanted: Record<Side, number>;
  created: number;
  /** `paused`: by whoever watches it. */
  life: { kind: "rolling" } | { kind: "timed-out" } | { kind: "complete" };
  lastProgressAt: Micros;
  /** What progress is measured by: it must grow, or the old pods become fewer. */
  best: { updated: number; ready: number; available: number; old: number };
  /** Syncing already, further up the stack. */
  busy: boolean;
  again: boolean;
}

export function countPods(state: RolloutState, which: (pod: Replica) => boolean): number {
  let count = 0;
  for (const pod of state.pods.values()) if (!pod.deleting && which(pod)) count += 1;
  return count;
}
