/** How containers of pods end, as the node tells it. */
import type { FollowedPod } from "#lab/cluster/follow-pod.js";

/** Kills a container soon after each start, whatever it does. */
export const ALWAYS_FAILS = {
  ...{ exec: { command: ["false"] }, periodSeconds: 1, failureThreshold: 3 },
};

/** Of a liveness probe, as most claims have them. */
export const CLAIMED = { initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 };

/** Exit code of its first life, and the whole seconds from the kubelet's decision to its end. NaN: it did not end. */
export function endOf({ log }: FollowedPod): { readonly code: number; readonly dying: number } {
  const exited = log.lines.find(({ what }) => what === "exited");
  const killing = log.lines.find(({ what }) => what === "Killing");
  const dying = (exited?.at ?? Number.NaN) - (killing?.at ?? Number.NaN);
  return { code: Number(exited?.text), dying };
}

/** Age at its first kill, in whole seconds; empty: nobody has killed it. */
export function ageAtKill({ log }: FollowedPod): readonly number[] {
  const killing = log.lines.find(({ what }) => what === "Killing");
  const started = log.lines.find(({ what }) => what === "started");
  return killing === undefined || started === undefined ? [] : [killing.at - started.at];
}

/** Probes of that kind that the kubelet told of as failed. Some it does not tell of. */
export function failuresOf({ log }: FollowedPod, kind: "Liveness" | "Readiness"): number {
  return log.lines.filter(({ what, text }) => what === "Unhealthy" && text.startsWith(kind)).length;
}
