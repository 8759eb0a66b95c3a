import type { Probe } from "#model/kube/pod.js";
import type { ImpossibleDemand, RecommendedValue } from "#model/life/recommendation.js";

/** What one part of the workload is to become, and what is to be said of it. */
export interface Advice {
  readonly changes: Changes;
  readonly values: readonly RecommendedValue[];
  readonly impossible: readonly ImpossibleDemand[];
  readonly missing: readonly { readonly input: string; readonly unsaid: string }[];
}

/** The one source of the patch and of the workload that is simulated again. Absent: stays as it is. */
export interface Changes {
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  /** 0: none is needed. */
  readonly preStopSeconds?: number;
  readonly graceSeconds?: number;
  readonly memoryLimitBytes?: number;
  readonly minReadySeconds?: number;
  readonly maxUnavailablePods?: number;
  readonly maxSurgePods?: number;
  readonly progressDeadlineSeconds?: number;
  /** `HOTPOD_GRACE`: what hotpod counts from the stop signal. */
  readonly hotpodGraceSeconds?: number;
}

export const noAdvice: Advice = { changes: {}, values: [], impossible: [], missing: [] };

export function joined(parts: readonly Advice[]): Advice {
  return {
    changes: Object.assign({}, ...parts.map(({ changes }) => changes)) as Changes,
    values: parts.flatMap(({ values }) => values),
    impossible: parts.flatMap(({ impossible }) => impossible),
    missing: parts.flatMap(({ missing }) => missing),
  };
}

/** What cannot be said without an input. */
export function unsaid(input: string, what: string): Advice {
  return { ...noAdvice, missing: [{ input, unsaid: what }] };
}
