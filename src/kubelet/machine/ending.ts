import { killingMessage } from "#kubelet/status/event-words.js";
import { podGrace } from "#kubelet/stop/grace.js";
import { beginKill, shortenKill } from "./kills.js";
import type { PodState } from "./pod-state.js";
import { stopAllProbers, stopProbersForEnd } from "./probing.js";
import { publish } from "./publish.js";
import { wantSync } from "./syncing.js";

/** Ends every container: because the pod is deleted, nothing of it is left to run, or its sandbox is gone. */
export function beginEnd(pod: PodState, next: "terminal" | "new-sandbox"): void {
  pod.endingGraceSeconds = podGrace({
    specSeconds: pod.pod.spec.terminationGracePeriodSeconds,
    deletionSeconds: pod.deletionSeconds,
    overrideSeconds: null,
    currentSeconds: pod.endingGraceSeconds,
  });
  pod.worker = { kind: "ending", next };
  for (const member of pod.members) {
    if (member.state !== "running") continue;
    if (member.kill !== null) {
      shortenKill(pod, member, pod.endingGraceSeconds);
      continue;
    }
    const message = killingMessage(member.container.name, false, { kind: "stop" });
    beginKill(pod, member, "stop", message);
  }
  endIfAllGone(pod);
}

/** Every container is killed without grace and removed, the sandbox stays, and all begins with the first init container. */
export function restartAll(pod: PodState): void {
  pod.worker = { kind: "ending", next: "restart-all" };
  for (const member of pod.members) {
    if (member.state === "running") beginKill(pod, member, "restart-all", "killing");
  }
  endIfAllGone(pod);
}

/** The API was asked to delete the pod; once more, with less time, only shortens it. */
export function deletePod(pod: PodState, graceSeconds: number): void {
  if (pod.worker.kind === "over") return;
  const first = pod.deletionSeconds === null;
  pod.deletionSeconds = first ? graceSeconds : Math.min(pod.deletionSeconds ?? 0, graceSeconds);
  pod.deletionSeconds = Math.max(1, pod.deletionSeconds);
  if (first) stopProbersForEnd(pod);
  // As a sync does, the end waits for a status that is newer than the last sync.
  if (pod.worker.kind !== "idle" || !pod.members.some(({ unseen }) => unseen)) endDeleted(pod);
}

/** Begins the end of a pod that was told to go. */
export function endDeleted(pod: PodState): void {
  publish(pod);
  beginEnd(pod, "terminal");
}

export function endIfAllGone(pod: PodState): void {
  const { worker } = pod;
  if (worker.kind !== "ending") return;
  if (pod.members.some(({ state }) => state === "running")) return;
  pod.endingGraceSeconds = null;
  if (worker.next !== "terminal") {
    startAnew(pod, worker.next);
    return;
  }
  for (const member of pod.members) {
    member.known.state = member.state;
    member.known.instance = member.instance;
    member.known.exitCode = member.exitCode;
  }
  pod.worker = { kind: "over" };
  stopAllProbers(pod);
  publish(pod);
  if (pod.deletionSeconds !== null) pod.host.told.gone();
}

/** As after a reboot: init containers run again, nothing remembers that they had. */
function startAnew(pod: PodState, why: "new-sandbox" | "restart-all"): void {
  for (const member of pod.members) {
    const { known } = member;
    // What has ended well under OnFailure is not started again, so it is remembered.
    const keeps =
      why === "new-sandbox" &&
      member.role === "regular" &&
      pod.pod.spec.restartPolicy === "OnFailure" &&
      member.state === "terminated" &&
      member.exitCode === 0;
    member.earlier = keeps;
    if (!keeps) {
      member.state = "waiting";
      known.state = "waiting";
    }
    // Removed containers leave no trace that a back-off could count from.
    known.exitedAt = why === "restart-all" ? null : member.finishedAt;
  }
  pod.worker = { kind: "idle" };
  // It went with its containers: the next sync makes another.
  if (why === "new-sandbox") pod.sandbox = null;
  wantSync(pod);
}
