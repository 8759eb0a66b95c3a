import { containerGrace, graceAfter, type KillCause } from "#kubelet/stop/grace.js";
import type { KillCauseTold } from "./pod-host.js";
import {
  CODES,
  type Member,
  type PodState,
  WAKE_GRACE,
  WAKE_HOOK,
  WAKE_ORDER,
  wake,
} from "./pod-state.js";

const S = 1_000_000;

/** Begins the end of a running container: event, preStop, stop signal, grace, SIGKILL. Its exit comes as for any other. */
export function beginKill(
  pod: PodState,
  member: Member,
  cause: KillCauseTold,
  message: string,
): void {
  const { host } = pod;
  const graceCause: KillCause = cause === "liveness" || cause === "startup" ? cause : "other";
  const graceSeconds =
    cause === "restart-all" ? 0 : containerGrace(graceSources(pod, member), graceCause);
  member.kill = { beganAt: host.now(), graceSeconds, stage: "hook" };
  host.told.killing(member.place, cause, message, graceSeconds);
  const { preStop } = member.container.lifecycle;
  // A container that is still in its postStart hook, or has no grace, is spared the hook.
  if (preStop !== null && graceSeconds > 0 && !member.hooking) {
    const limitUs = graceSeconds * S;
    host.told.preStop(member.place, preStop, limitUs);
    wake(pod, member.place * CODES + WAKE_HOOK, host.now() + limitUs);
    host.hook(member.place, "preStop", preStop);
  } else goOnKill(pod, member);
}

function graceSources(pod: PodState, member: Member) {
  const { spec } = pod.pod;
  return {
    deletionSeconds: pod.deletionSeconds,
    podSeconds: spec.terminationGracePeriodSeconds,
    livenessSeconds: member.container.livenessProbe?.terminationGracePeriodSeconds ?? null,
    startupSeconds: member.container.startupProbe?.terminationGracePeriodSeconds ?? null,
  };
}

/** The hook is over, or there is none; or the wait for the others is. */
export function goOnKill(pod: PodState, member: Member): void {
  const { kill } = member;
  if (kill === null || kill.stage === "signalled" || kill.stage === "killed") return;
  const usedUs = pod.host.now() - kill.beganAt;
  if (mustWait(pod, member)) {
    const leftUs = kill.graceSeconds * S - usedUs;
    if (leftUs > 0) {
      kill.stage = "order";
      wake(pod, member.place * CODES + WAKE_ORDER, pod.host.now() + leftUs);
      return;
    }
  }
  kill.stage = "signalled";
  const graceS = graceAfter(kill.graceSeconds, usedUs);
  const { stopSignal } = member.container.lifecycle;
  pod.host.told.signal(member.place, stopSignal);
  wake(pod, member.place * CODES + WAKE_GRACE, pod.host.now() + graceS * S);
  pod.host.stop(member.place, stopSignal);
}

/** Only when the whole pod ends: a sidecar goes after the regular containers and the sidecars behind it. */
function mustWait(pod: PodState, member: Member): boolean {
  if (member.role !== "sidecar" || pod.endingGraceSeconds === null) return false;
  return pod.members.some(
    (other) =>
      other.state === "running" &&
      (other.role !== "sidecar" || other.place > member.place) &&
      other !== member,
  );
}

export function graceIsOver(pod: PodState, member: Member): void {
  if (member.kill?.stage !== "signalled" || member.state !== "running") return;
  member.kill.stage = "killed";
  pod.host.told.signal(member.place, "SIGKILL");
  pod.host.kill(member.place);
}

/** One has ended: those that waited for it look again. */
export function releaseWaiting(pod: PodState): void {
  for (const member of pod.members) {
    if (member.kill?.stage === "order" && !mustWait(pod, member)) goOnKill(pod, member);
  }
}

/** A deletion that leaves less time than the kill under way. */
export function shortenKill(pod: PodState, member: Member, graceSeconds: number): void {
  const { kill } = member;
  if (kill === null || kill.stage === "killed" || graceSeconds >= kill.graceSeconds) return;
  kill.graceSeconds = graceSeconds;
  const { host } = pod;
  const usedUs = host.now() - kill.beganAt;
  const leftUs = Math.max(0, graceSeconds * S - usedUs);
  if (kill.stage === "hook") wake(pod, member.place * CODES + WAKE_HOOK, host.now() + leftUs);
  else if (kill.stage === "order") {
    wake(pod, member.place * CODES + WAKE_ORDER, host.now() + leftUs);
  } else wake(pod, member.place * CODES + WAKE_GRACE, host.now() + Math.max(leftUs, 2 * S));
}
