import type { Share } from "#model/kube/workload.js";
import type { Micros } from "#model/life/life-event.js";

/** How far a roll-out may go beyond the wanted number of pods, and below. Source: deploymentutil.ResolveFenceposts. */
export function fenceposts(
  replicas: number,
  maxSurge: Share,
  maxUnavailable: Share,
): { surge: number; unavailable: number } {
  const surge = share(maxSurge, replicas, Math.ceil);
  const unavailable = share(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function share(value: Share, replicas: number, round: (pods: number) => number): number {
  return value.kind === "count" ? value.pods : round((value.percent * replicas) / 100);
}

/** Where a roll-out stands, in pods. */
export interface RolloutCounts {
  readonly replicas: number;
  /** Wanted of the new template, and available ones among them. */
  readonly updated: number;
  readonly updatedAvailable: number;
  /** Wanted of the old one. */
  readonly old: number;
  readonly oldAvailable: number;
}

/** The next thing a Deployment's controller does: one change a sync. */
export type RolloutAction =
  | { readonly kind: "grow"; readonly updated: number }
  /** Unready ones first: `unready` of them cost nothing. */
  | { readonly kind: "shrink"; readonly old: number; readonly unready: number }
  | { readonly kind: "wait" }
  | { readonly kind: "complete" };

/** Source: pkg/controller/deployment/rolling.go. */
export function rollingStep(
  counts: RolloutCounts,
  limits: { readonly surge: number; readonly unavailable: number },
): RolloutAction {
  const { replicas, updated, updatedAvailable, old, oldAvailable } = counts;
  if (updated < replicas) {
    const room = replicas + limits.surge - (updated + old);
    if (room > 0) return { kind: "grow", updated: Math.min(replicas, updated + room) };
  }
  if (old > 0) {
    const minAvailable = replicas - limits.unavailable;
    const newUnavailable = updated - updatedAvailable;
    const spare = updated + old - minAvailable - newUnavailable;
    if (spare > 0) {
      const unready = Math.min(old - oldAvailable, spare);
      const available = updatedAvailable + oldAvailable;
      const more = Math.min(Math.max(0, available - minAvailable), old - unready);
      if (unready + more > 0) return { kind: "shrink", old: old - unready - more, unready };
    }
    return { kind: "wait" };
  }
  return updatedAvailable >= replicas ? { kind: "complete" } : { kind: "wait" };
}

/** Ready for `minReadySeconds`: at this instant it becomes available. */
export function availableAt(readySince: Micros, minReadySeconds: number): Micros {
  return readySince + minReadySeconds * 1_000_000;
}

/** The condition `Progressing` when the deadline after the last progress has passed. Nothing is rolled back. */
export function deadlineCondition(replicaSet: string): { reason: string; message: string } {
  return {
    reason: "ProgressDeadlineExceeded",
    message: `ReplicaSet "${replicaSet}" has timed out progressing.`,
  };
}

/** A pod that may go when its ReplicaSet shrinks. */
export interface Victim {
  readonly assigned: boolean;
  readonly phase: "Pending" | "Unknown" | "Running";
  readonly ready: boolean;
  /** `controller.kubernetes.io/pod-deletion-cost`. */
  readonly deletionCost: number;
  readonly readyUs: Micros;
  readonly restarts: number;
  readonly createdAt: Micros;
}

const PHASES = { Pending: 0, Unknown: 1, Running: 2 } as const;

/** Negative: `a` goes before `b`. Source: controller_utils.go ActivePodsWithRanks. */
export function compareVictims(a: Victim, b: Victim): number {
  if (a.assigned !== b.assigned) return a.assigned ? 1 : -1;
  if (a.phase !== b.phase) return PHASES[a.phase] - PHASES[b.phase];
  if (a.ready !== b.ready) return a.ready ? 1 : -1;
  if (a.deletionCost !== b.deletionCost) return a.deletionCost - b.deletionCost;
  const [young, other] = [magnitude(a.readyUs), magnitude(b.readyUs)];
  if (a.ready && b.ready && young !== other) return young - other;
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  return b.createdAt - a.createdAt;
}

/** Ages count by orders of magnitude (powers of two), not to the microsecond. */
function magnitude(ageUs: Micros): number {
  let power = 0;
  for (let left = ageUs / 1_000_000; left >= 1; left /= 2) power += 1;
  return power;
}
