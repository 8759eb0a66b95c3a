import type { NodeVersion } from "#kubelet/node-version.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import { type BackOffLimits, backOffLimits } from "#kubelet/restart/back-off.js";
import { killingMessage } from "#kubelet/status/event-words.js";
import type { Pod, ProbeKind } from "#model/kube/pod.js";
import { deletePod, endIfAllGone } from "./ending.js";
import { beginKill, goOnKill, graceIsOver, releaseWaiting } from "./kills.js";
import type { Place, PodHost } from "./pod-host.js";
import {
  CODES,
  type Member,
  newMember,
  POD_REQUEUE,
  POD_SANDBOX,
  type PodState,
  PROBE_KINDS,
  SKIPPING,
  STEADY,
  unsettle,
  WAKE_DETECT,
  WAKE_GRACE,
  WAKE_HOOK,
  WAKE_ORDER,
} from "./pod-state.js";
import { answered, tick } from "./probing.js";
import { tellReady } from "./publish.js";
import { goOn, notice, noticed, sandboxIsUp, wantSync } from "./syncing.js";

/**
 * One pod on one node, as the kubelet states it. It has no clock and no effects of its own: `host` is asked for both, and tells
 * it what comes of them through these methods, in order of time. The simulator drives it in virtual time, and it can be driven as
 * well with real clocks, processes and probes.
 */
export interface PodMachine {
  /** The pod was assigned to the node: its worker begins. */
  begin(): void;
  /** A wake that `host.wakeAt` asked for. One that was replaced is ignored. */
  woke(code: number): void;
  /** The container's PID 1 has ended. */
  exited(place: Place, exitCode: number, reason: string): void;
  hookEnded(place: Place, which: "postStart" | "preStop", good: boolean): void;
  probeAnswered(place: Place, kind: ProbeKind, outcome: Outcome): void;
  /** What answers probes is another now: an answer that lasted does no longer. */
  disturbed(): void;
  /** The API was asked to delete the pod, with this grace. */
  deleted(graceSeconds: number): void;
  /** The node has restarted: every container ended, the sandbox is gone. */
  rebooted(): void;
  /** Anything of the pod object was changed: labels, annotations. */
  patched(): void;
  /** A container's image or resources were changed: it is replaced, and its back-off is forgotten. */
  changed(place: Place): void;
  /** Somebody set a condition of the pod, such as a readiness gate's. */
  condition(type: string, good: boolean): void;
  readonly state: PodState;
}

export function createPodMachine(
  pod: Pod,
  version: NodeVersion,
  host: PodHost,
  limits: BackOffLimits = backOffLimits(),
): PodMachine {
  const state = newPodState(pod, version, limits, host);
  const { dueAt, steady } = state;
  const want = (): void => wantSync(state);
  return {
    state,
    disturbed: () => unsettle(state),
    begin: want,
    patched: want,
    woke(code) {
      const now = host.now();
      if (dueAt[code] !== now) return;
      if (steady[code] === STEADY) {
        countTick(state, code, now);
        return;
      }
      const place = Math.floor(code / CODES);
      const what = code % CODES;
      const member = state.members[place];
      if (member !== undefined) wokeMember(state, member, what, want);
      else if (what === POD_REQUEUE) want();
      else if (what === POD_SANDBOX) sandboxIsUp(state);
    },
    exited: (place, exitCode, reason) => exited(state, memberAt(state, place), exitCode, reason),
    hookEnded: (place, which, good) => hookEnded(state, memberAt(state, place), which, good),
    probeAnswered(place, kind, outcome) {
      const prober = memberAt(state, place).probers[PROBE_KINDS.indexOf(kind)];
      if (prober !== null && prober !== undefined) answered(state, prober, outcome, want);
    },
    deleted: (graceSeconds) => deletePod(state, graceSeconds),
    rebooted: () => rebooted(state),
    changed(place) {
      const member = memberAt(state, place);
      member.changed = true;
      member.backOff = null;
      wantSync(state);
    },
    condition(type, good) {
      state.gates.set(type, good);
      tellReady(state);
    },
  };
}

function newPodState(
  pod: Pod,
  version: NodeVersion,
  limits: BackOffLimits,
  host: PodHost,
): PodState {
  const containers = [
    ...pod.spec.initContainers.map((container) => ({ container, init: true })),
    ...pod.spec.containers.map((container) => ({ container, init: false })),
  ];
  const codes = (containers.length + 1) * CODES;
  const state: PodState = {
    ...{ pod, version, limits, host },
    dueAt: new Float64Array(codes).fill(-1),
    ...{ steady: new Uint8Array(codes), uncounted: new Uint32Array(codes) },
    periodsUs: new Float64Array(codes),
    members: containers.map(({ container, init }, place) => newMember(container, place, init)),
    view: { phase: "Pending", deleting: false, keepsStatus: false },
    ...{ phase: "Pending", ready: false, sandbox: null, worker: { kind: "idle" }, wanted: false },
    ...{ endingGraceSeconds: null, deletionSeconds: null, workersBegan: false },
    ...{ gates: new Map(), quiet: false },
  };
  for (const { probers } of state.members) {
    for (const one of probers) if (one !== null) state.periodsUs[one.code] = one.periodUs;
  }
  return state;
}

/** A tick that can only count one more good answer; where the world lets it, the next is not waited for. */
function countTick(
  { uncounted, steady, periodsUs, dueAt, host }: PodState,
  code: number,
  now: number,
): void {
  uncounted[code] = (uncounted[code] as number) + 1;
  if (host.passed !== undefined) {
    steady[code] = SKIPPING;
    return;
  }
  const next = now + (periodsUs[code] as number);
  dueAt[code] = next;
  host.wakeAt(code, next);
}

function wokeMember(pod: PodState, member: Member, what: number, want: () => void): void {
  const prober = member.probers[what];
  if (prober !== null && prober !== undefined) tick(pod, prober, want);
  else if (what === WAKE_DETECT) noticed(pod, member);
  else if (what === WAKE_GRACE) graceIsOver(pod, member);
  else if (what === WAKE_HOOK && member.kill?.stage === "hook") goOnKill(pod, member);
  else if (what === WAKE_ORDER && member.kill?.stage === "order") goOnKill(pod, member);
}

function memberAt(pod: PodState, place: Place): Member {
  const member = pod.members[place];
  if (member === undefined) throw new Error(`invariant broken: no container at ${place}`);
  return member;
}

function exited(pod: PodState, member: Member, exitCode: number, reason: string): void {
  if (member.state !== "running") return;
  unsettle(pod);
  member.state = "terminated";
  member.finishedAt = pod.host.now();
  member.exitCode = exitCode;
  const wasKilled = member.kill !== null;
  const wasHooking = member.hooking;
  member.kill = null;
  member.hooking = false;
  if (wasKilled) member.unseen = true;
  pod.host.told.exited(member.place, exitCode, reason);
  notice(pod, member);
  releaseWaiting(pod);
  if (pod.worker.kind === "ending") endIfAllGone(pod);
  else if (wasKilled || wasHooking) goOn(pod);
}

function hookEnded(
  pod: PodState,
  member: Member,
  which: "postStart" | "preStop",
  good: boolean,
): void {
  if (which === "preStop") {
    if (member.kill?.stage !== "hook") return;
    if (!good) pod.host.told.event(member.place, "FailedPreStopHook", "PreStopHook failed");
    goOnKill(pod, member);
    return;
  }
  if (!member.hooking) return;
  member.hooking = false;
  if (good || member.kill !== null) {
    if (member.kill === null) goOn(pod);
    return;
  }
  pod.host.told.event(member.place, "FailedPostStartHook", "PostStartHook failed");
  const message = killingMessage(member.container.name, false, { kind: "post-start" });
  beginKill(pod, member, "post-start", message);
}

function rebooted(pod: PodState): void {
  if (pod.worker.kind === "over") return;
  if (pod.worker.kind === "sandbox") {
    pod.worker = { kind: "idle" };
    pod.sandbox = null;
  }
  if (pod.sandbox !== null) pod.sandbox.ready = false;
  // Nothing is left of what the worker was about.
  if (pod.worker.kind === "acting") {
    pod.worker.plan.kills.length = 0;
    pod.worker.plan.starts.length = 0;
  }
  for (const member of pod.members) {
    if (member.state === "running") pod.host.kill(member.place);
  }
  wantSync(pod);
}
