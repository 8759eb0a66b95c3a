import type { StrategyWithDefaults } from "#manifest/kube/defaults.js";
import type { Rollout, Share } from "#model/kube/workload.js";

/** How a workload replaces its pods. Where nothing watches the progress, no deadline is ever exceeded. */
export function rolloutOf(given: {
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds?: number;
  readonly strategy: StrategyWithDefaults;
}): Rollout {
  const { type, rollingUpdate } = given.strategy;
  return {
    type: type === "Recreate" || type === "OnDelete" ? type : "RollingUpdate",
    maxSurge: shareOf(rollingUpdate?.maxSurge ?? 0),
    maxUnavailable: shareOf(rollingUpdate?.maxUnavailable ?? 0),
    minReadySeconds: given.minReadySeconds,
    progressDeadlineSeconds: given.progressDeadlineSeconds ?? NO_DEADLINE,
  };
}

export function shareOf(share: number | string): Share {
  return typeof share === "number"
    ? { kind: "count", pods: share }
    : { kind: "percent", percent: Number.parseInt(share, 10) };
}

/** The largest the field holds: 68 years. */
const NO_DEADLINE = 2 ** 31 - 1;
