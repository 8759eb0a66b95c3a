import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Verdict } from "#kubelet/prober/worker.js";
import type { Phase } from "#kubelet/status/phase.js";
import type { HookHandler, Probe, ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";

/** Containers by their place: init containers first, then the regular ones, in the order of the spec. */
export type Place = number;

/**
 * The world of one pod, as its kubelet acts on it: virtual, or real processes and a real clock. Every method may be answered at
 * once, from inside the call, or later; times are those of `now`.
 */
export interface PodHost {
  now(): Micros;
  /** Comes back as `woke(code)`. A later call for the same code takes the place of the earlier one. */
  wakeAt(code: number, at: Micros): void;
  /**
   * Only where time is virtual: whether that tick of the present instant, had it been waited for, would have come already. Where
   * it is given, ticks that can only count one more good answer are not waited for.
   */
  passed?(code: number): boolean;
  /** The entrypoint begins. → `exited`, some time. */
  start(place: Place, instance: number): void;
  /** The stop signal, once, to PID 1. `signal` null: the image's own. */
  stop(place: Place, signal: string | null): void;
  /** SIGKILL to PID 1, and with it to all there is. → `exited`. */
  kill(place: Place): void;
  /** → `hookEnded`, unless its instance has ended by then: a hook goes with its container. */
  hook(place: Place, which: "postStart" | "preStop", handler: HookHandler): void;
  /** One question. The answer, where it comes at once; null: it comes later. → `probeAnswered`. */
  ask(place: Place, kind: ProbeKind, probe: Probe): Outcome | null;
  /** What nothing in a manifest determines. */
  readonly open: OpenTimes;
  readonly told: PodListener;
}

/** Times that the node leaves open. */
export interface OpenTimes {
  /** From the pod's first sync to its sandbox being up and images there. */
  sandboxUs(): Micros;
  /** Of a worker: its ticks come at this instant and every period before and after. */
  anchorOf(place: Place, kind: ProbeKind): Micros;
  /** From a start or an exit to the kubelet's noticing: up to 1 s. */
  detectionUs(place: Place): Micros;
  /** Factor from 1 to 1.5 of the time to the next sync. */
  requeueJitter(): number;
  /** Of the wall clock's whole seconds: how far it is past one at 0, from 0 to below 1 s. */
  readonly wallUs: Micros;
}

/** Who hears what happens. Called in order of time. */
export interface PodListener {
  /** False: attempts that change nothing need not be told. */
  readonly hears: boolean;
  /** One counted or errored attempt. `run` after it. */
  attempt(
    place: Place,
    kind: ProbeKind,
    result: AttemptResult,
    message: string,
    run: number,
    ageUs: Micros,
  ): void;
  verdict(place: Place, kind: ProbeKind, verdict: Verdict): void;
  /** An event of the API without a method of its own. */
  event(place: Place, reason: string, message: string): void;
  killing(place: Place, cause: KillCauseTold, message: string, graceSeconds: number): void;
  preStop(place: Place, handler: HookHandler, limitUs: Micros): void;
  signal(place: Place, signal: string | null): void;
  started(place: Place, restartCount: number): void;
  exited(place: Place, exitCode: number, reason: string): void;
  /** A start was refused until then. */
  refused(place: Place, valueUs: Micros, until: Micros): void;
  /** The pod's condition Ready changed. */
  ready(ready: boolean): void;
  phase(phase: Phase): void;
  /** A sync has begun: volumes of the pod are refreshed. */
  synced(): void;
  /** Every container of a deleted pod has ended. */
  gone(): void;
}

export type KillCauseTold =
  | "liveness"
  | "startup"
  | "definition"
  | "post-start"
  | "stop"
  | "restart-all"
  | "unknown";

/** `error`: thrown away, no threshold moves. */
export type AttemptResult = "success" | "failure" | "error";
