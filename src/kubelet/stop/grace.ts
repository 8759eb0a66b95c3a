import type { ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";

/** Why a container is killed, as far as its grace period depends on it. */
export type KillCause = Exclude<ProbeKind, "readiness"> | "other";

export interface GraceSources {
  /** Of the deletion; null: the pod is not deleted. */
  readonly deletionSeconds: number | null;
  readonly podSeconds: number | null;
  readonly livenessSeconds: number | null;
  readonly startupSeconds: number | null;
}

/** A container has at least this long after its stop signal, whatever was asked. */
const GRACE_FLOOR_SECONDS = 2;

/** Grace of one container's kill, before hooks are taken off, in seconds. Source: setTerminationGracePeriod. */
export function containerGrace(sources: GraceSources, cause: KillCause): number {
  const { deletionSeconds, podSeconds, livenessSeconds, startupSeconds } = sources;
  if (deletionSeconds !== null) return deletionSeconds;
  const own = cause === "liveness" ? livenessSeconds : cause === "startup" ? startupSeconds : null;
  return own ?? podSeconds ?? GRACE_FLOOR_SECONDS;
}

/**
 * Grace of a whole pod's end: the least that was asked for so far, at least 1. `current`: of a termination under way.
 * Source: pod_workers.go calculateEffectiveGracePeriod.
 */
export function podGrace(asked: {
  readonly specSeconds: number | null;
  readonly deletionSeconds: number | null;
  readonly overrideSeconds: number | null;
  readonly currentSeconds: number | null;
}): number {
  const { specSeconds, deletionSeconds, overrideSeconds, currentSeconds } = asked;
  const wanted = overrideSeconds ?? deletionSeconds ?? specSeconds ?? 0;
  const shortest = currentSeconds === null ? wanted : Math.min(currentSeconds, wanted);
  return Math.max(1, shortest);
}

/** What is left for the stop signal once hooks and waits are over: whole seconds are taken off, 2 are always left. */
export function graceAfter(graceSeconds: number, usedUs: Micros): number {
  return Math.max(GRACE_FLOOR_SECONDS, graceSeconds - Math.floor(usedUs / 1_000_000));
}
