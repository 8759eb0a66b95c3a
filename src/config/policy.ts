import type { DurationMs } from "#base/time.js";
import type { Handover } from "#model/listener.js";

/** The settings that decisions are made by. Everything here may change while running, unless marked cold. */
export interface Policy {
  /** Events less than this apart are one burst. */
  readonly debounceMs: DurationMs;
  /** Once the oldest unserved change is older than this, the running build is left to finish. */
  readonly starveLimitMs: DurationMs;
  readonly buildTimeoutMs: DurationMs;
  readonly readyTimeoutMs: DurationMs;
  /** True when `ready.http` is set: then only its good answer (or READY=1) makes a generation ready. */
  readonly readyHttp: boolean;
  /** How long a retired generation keeps accepting connections whose handshakes are under way. */
  readonly lingerMs: DurationMs;
  /** From SIGTERM of a retired generation to SIGKILL. */
  readonly drainTimeoutMs: DurationMs;
  readonly maxDraining: number;
  /** A candidate that is ready gets so many per cent of new connections for so long first; 0 and 100: all at once. */
  readonly canary: { readonly percent: number; readonly forMs: DurationMs };
  /** How long after a swap a failure puts the previous artifact back. */
  readonly probationMs: DurationMs;
  readonly rollback: boolean;
  /** A generation that can stands by through the probation of the next one, to be gone back to at once. */
  readonly standby: boolean;
  /** null: liveness of the service is not asked. */
  readonly liveness: { readonly periodMs: DurationMs; readonly failures: number } | null;
  /** `keep`: ready all along an update; `hold`: 503 from the first change until the next success. */
  readonly readiness: "keep" | "hold";
  readonly crash: { readonly restarts: number; readonly windowMs: DurationMs };
  readonly memory: { readonly headroom: MemoryHeadroom; readonly policy: "restart" | "hold" };
  readonly paused: boolean;
  /** From the stop signal to the end of everything. SIGKILL comes one second before. */
  readonly graceMs: DurationMs;
  /** From the stop signal to SIGTERM of the generations, while endpoints forget the pod. */
  readonly shutdownDelayMs: DurationMs;
  /** Cold. */
  readonly boot: "image" | "last-good";
  /** Cold. `restart`: the old generation ends before the new one starts. `proxy`, `transparent`: see `endsWhenAnswered`. */
  readonly handover: Handover;
}

/** hotpod sees what a generation is answering, and asks it to end only after that: it may know nothing of signals. */
export function endsWhenAnswered({ handover }: Pick<Policy, "handover">): boolean {
  return handover === "proxy" || handover === "transparent";
}

/** Memory that must stay free when two generations run: the larger of a share of the limit and a floor. */
export interface MemoryHeadroom {
  readonly percentOfLimit: number;
  readonly minBytes: number;
}

/** What must stay free under a limit of that many bytes. */
export function headroomBytes(
  { percentOfLimit, minBytes }: MemoryHeadroom,
  limitBytes: number,
): number {
  return Math.max((percentOfLimit / 100) * limitBytes, minBytes);
}
