import type { Micros } from "#model/life/life-event.js";

/** The crash loop's figures. Kubernetes' own: 10 s, doubled up to 5 min, forgotten after 10 min of running. */
export interface BackOffLimits {
  readonly initialUs: Micros;
  readonly capUs: Micros;
  readonly expiryUs: Micros;
}

/** What is remembered of a container's restarts. */
export interface BackOff {
  readonly valueUs: Micros;
  /** When a start was last decided. */
  readonly lastUpdate: Micros;
}

export type StartDecision =
  | { readonly kind: "start"; readonly backOff: BackOff | null }
  | { readonly kind: "refuse"; readonly until: Micros };

const S = 1_000_000;

/**
 * The kubelet's knobs: `maxContainerRestartPeriod` wins over the gate ReduceDefaultCrashLoopBackOffDecay. Whole seconds;
 * null: not set. Source: pkg/kubelet, newCrashLoopBackOff.
 */
export function backOffLimits(
  maxSeconds: number | null = null,
  reducedDecay = false,
): BackOffLimits {
  const initial = reducedDecay ? 1 : 10;
  const cap = maxSeconds ?? (reducedDecay ? 60 : 300);
  return { initialUs: Math.min(initial, cap) * S, capUs: cap * S, expiryUs: 600 * S };
}

/**
 * Whether a dead container is started now. `exitedAt`: of the newest instance that the snapshot at the beginning of the sync shows
 * as ended; null: there is none, and nothing is noted. So the first restart after a crash is immediate, and a probe kill is
 * measured from the exit before it. Source: kuberuntime doBackOff.
 */
export function decideStart(
  backOff: BackOff | null,
  exitedAt: Micros | null,
  now: Micros,
  limits: BackOffLimits,
): StartDecision {
  if (exitedAt === null) return { kind: "start", backOff };
  if (backOff !== null && !isExpired(backOff, exitedAt, limits)) {
    if (now - exitedAt < backOff.valueUs) {
      return { kind: "refuse", until: exitedAt + backOff.valueUs };
    }
  }
  return { kind: "start", backOff: nextBackOff(backOff, exitedAt, now, limits) };
}

/** The entry after one more start. */
export function nextBackOff(
  backOff: BackOff | null,
  eventAt: Micros,
  now: Micros,
  limits: BackOffLimits,
): BackOff {
  const fresh = backOff === null || isExpired(backOff, eventAt, limits);
  const valueUs = fresh ? limits.initialUs : Math.min(backOff.valueUs * 2, limits.capUs);
  return { valueUs, lastUpdate: now };
}

function isExpired({ lastUpdate }: BackOff, eventAt: Micros, limits: BackOffLimits): boolean {
  return eventAt - lastUpdate > limits.expiryUs;
}

/** Every 2 s entries are forgotten whose last start is longer ago than the expiry. */
export function isCollected({ lastUpdate }: BackOff, now: Micros, limits: BackOffLimits): boolean {
  return now - lastUpdate > limits.expiryUs;
}
