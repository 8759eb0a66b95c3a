import type { NodeVersion } from "#kubelet/node-version.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import {
  type ContainerView,
  newWorker,
  type PodView,
  type Verdict,
  type Worker,
} from "#kubelet/prober/worker.js";
import type { BackOff, BackOffLimits } from "#kubelet/restart/back-off.js";
import type { Phase } from "#kubelet/status/phase.js";
import type { Kill } from "#kubelet/sync/pod-actions.js";
import { type Container, isSidecar, type Pod, type ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { Place, PodHost } from "./pod-host.js";

/** All that one kubelet knows of one pod. Private to the machine, which changes it in place. */
export interface PodState {
  readonly pod: Pod;
  readonly version: NodeVersion;
  readonly limits: BackOffLimits;
  readonly host: PodHost;
  /** When the wake of a code is due; another time is a stale one. */
  readonly dueAt: Float64Array;
  /** Of workers, by code: STEADY while their next attempt can only find what the last one found, SKIPPING if it is not waited for. */
  readonly steady: Uint8Array;
  /** Attempts since then, which their workers have not counted yet. */
  readonly uncounted: Uint32Array;
  readonly periodsUs: Float64Array;
  readonly members: readonly Member[];
  readonly view: { -readonly [K in keyof PodView]: PodView[K] };
  phase: Phase;
  ready: boolean;
  sandbox: { ready: boolean; attempt: number } | null;
  worker: PodWorker;
  /** A sync is wanted once the one under way has ended. */
  wanted: boolean;
  /** Effective grace of the pod's end, whatever led to it; null: it goes on. */
  endingGraceSeconds: number | null;
  /** By the API: what a deletion asked for. */
  deletionSeconds: number | null;
  workersBegan: boolean;
  /** Conditions besides the containers' readiness, as others have set them. */
  readonly gates: Map<string, boolean>;
  /** The last sync found all as it should be, and nothing has changed since: another one would find the same. */
  quiet: boolean;
}

/** What the pod's only worker is at. */
export type PodWorker =
  | { readonly kind: "idle" }
  /** The sandbox comes up, after the kills before it. */
  | { readonly kind: "sandbox"; readonly plan: Plan }
  | { readonly kind: "acting"; readonly plan: Plan }
  /** Every container is being ended; what follows once they are gone. */
  | { readonly kind: "ending"; readonly next: "terminal" | "new-sandbox" | "restart-all" }
  | { readonly kind: "over" };

/** What is left to do of a sync. */
export interface Plan {
  readonly kills: Kill[];
  readonly starts: Place[];
  /** Of the refused starts: the soonest end of a back-off. */
  refusedUntil: Micros | null;
  /** It is being carried out further up the stack, which goes on by itself. */
  turning: boolean;
}

export interface Member {
  readonly place: Place;
  readonly container: Container;
  readonly role: "init" | "sidecar" | "regular";
  /** As it is. */
  state: "waiting" | "running" | "terminated";
  instance: number;
  startedAt: Micros;
  finishedAt: Micros | null;
  exitCode: number | null;
  starts: number;
  /** As the kubelet has noticed it. */
  readonly known: Known;
  /** As the status cache shows it to the prober. */
  readonly view: { -readonly [K in keyof ContainerView]: ContainerView[K] };
  ready: boolean;
  /** Of the snapshot at the beginning of the sync. */
  snapshotExitedAt: Micros | null;
  backOff: BackOff | null;
  kill: KillState | null;
  /** When the kubelet looks and finds what changed; past ones have happened. */
  noticeAt: Micros;
  /** Its image or its resources were changed since it started. */
  changed: boolean;
  /** Started or killed by the kubelet itself, which has not looked since: no sync comes before it has. */
  unseen: boolean;
  /** It ended well in the sandbox before, and is not run again in this one. */
  earlier: boolean;
  /** Its postStart hook runs. */
  hooking: boolean;
  readonly probers: readonly (Prober | null)[];
}

export interface Known {
  state: "waiting" | "running" | "terminated";
  instance: number;
  startedAt: Micros;
  exitCode: number | null;
  /** Of the newest instance that is known to have ended. */
  exitedAt: Micros | null;
}

/** A kill under way. */
export interface KillState {
  readonly beganAt: Micros;
  graceSeconds: number;
  /** `order`: a sidecar waits for those that go before it. */
  stage: "hook" | "order" | "signalled" | "killed";
}

export interface Prober {
  readonly worker: Worker;
  readonly place: Place;
  readonly kind: ProbeKind;
  readonly code: number;
  readonly periodUs: Micros;
  /** Its ticks find nothing to do until the next instance: none is waited for. */
  asleep: boolean;
  alive: boolean;
  busy: boolean;
  /** A tick came while it was asking. */
  ticked: boolean;
  /** A status asked for an attempt while it was asking. */
  poked: boolean;
  tries: number;
}

export const PROBE_KINDS: readonly ProbeKind[] = ["liveness", "readiness", "startup"];
export const LIVENESS = 0;
export const READINESS = 1;
export const STARTUP = 2;

/** Wakes of one member; those of the pod come after the last member's. */
export const CODES = 8;
export const WAKE_DETECT = 3;
export const WAKE_GRACE = 4;
export const WAKE_HOOK = 5;
export const WAKE_ORDER = 6;
export const POD_REQUEUE = 0;
export const POD_SANDBOX = 1;

/** Takes the place of an earlier wake of the same code. */
export function wake(pod: PodState, code: number, at: Micros): void {
  pod.dueAt[code] = at;
  pod.host.wakeAt(code, at);
}

/** Something is another now: every worker looks again at its next tick. */
export function unsettle(pod: PodState): void {
  pod.quiet = false;
  for (const member of pod.members) {
    for (const prober of member.probers) {
      if (prober !== null) leaveSteady(pod, prober);
    }
  }
}

export const STEADY = 1;
export const SKIPPING = 2;

/** A worker waits for its ticks again, and takes in the attempts that were not worth looking at. */
export function leaveSteady(pod: PodState, prober: Prober): void {
  const { code } = prober;
  if (pod.steady[code] === SKIPPING) resume(pod, prober);
  pod.steady[code] = 0;
  prober.worker.run += pod.uncounted[code] as number;
  pod.uncounted[code] = 0;
}

/** Goes on at the next tick of its grid, those that have passed counted. */
function resume(pod: PodState, { code, periodUs }: Prober): void {
  const now = pod.host.now();
  const last = pod.dueAt[code] as number;
  const passed = Math.floor((now - last) / periodUs);
  const isNow = passed > 0 && last + passed * periodUs === now;
  const counted = isNow && pod.host.passed?.(code) !== true ? passed - 1 : passed;
  pod.uncounted[code] = (pod.uncounted[code] as number) + counted;
  wake(pod, code, last + (counted + 1) * periodUs);
}

/** Whether a wake's code is that of a worker's ticker. */
export function isTick(code: number, containers: number): boolean {
  return code < containers * CODES && code % CODES < PROBE_KINDS.length;
}

export function newMember(container: Container, place: Place, init: boolean): Member {
  const role = !init ? "regular" : isSidecar(container) ? "sidecar" : "init";
  return {
    ...{ place, container, role, state: "waiting", instance: -1, startedAt: 0, finishedAt: null },
    ...{ exitCode: null, starts: 0, ready: false, snapshotExitedAt: null, backOff: null },
    ...{ kill: null, hooking: false, changed: false, unseen: false, earlier: false, noticeAt: -1 },
    known: { state: "waiting", instance: -1, startedAt: 0, exitCode: null, exitedAt: null },
    view: {
      ...{ instance: -1, state: "waiting", startedAt: 0, started: false, restarts: true },
      sidecar: role === "sidecar",
    },
    probers: PROBE_KINDS.map((kind, which) => {
      const probe = role === "init" ? null : probeOf(container, kind);
      if (probe === null) return null;
      return {
        ...{
          worker: newWorker(kind, probe),
          place,
          kind,
          asleep: false,
          alive: false,
        },
        ...{ busy: false, ticked: false, poked: false, tries: 0 },
        code: place * CODES + which,
        periodUs: probe.periodSeconds * 1_000_000,
      };
    }),
  };
}

/** null: no such probe; `unknown`: nothing is stored for this instance. */
export function verdictOf(member: Member, kind: number, instance: number): Verdict | null {
  const prober = member.probers[kind];
  if (prober === null || prober === undefined) return null;
  return prober.worker.seen === instance ? (prober.worker.verdict ?? "unknown") : "unknown";
}
