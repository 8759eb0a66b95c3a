import { isRestarted } from "#kubelet/restart/restarts.js";
import { phaseOf, type Seen } from "#kubelet/status/phase.js";
import { isReady, isStarted } from "#kubelet/status/standing.js";
import type { Micros } from "#model/life/life-event.js";
import {
  type Member,
  type PodState,
  READINESS,
  STARTUP,
  unsettle,
  verdictOf,
} from "./pod-state.js";
import { wakeProbers } from "./probing.js";

/** Makes the status of what the kubelet has noticed: what the API shows, and what the workers go by. */
export function publish(pod: PodState): void {
  unsettle(pod);
  for (const member of pod.members) show(pod, member);
  tellReady(pod);
  tellPhase(pod);
}

function show(pod: PodState, member: Member): void {
  const { known, view, container } = member;
  const fresh = view.instance !== known.instance;
  const wasStarted = view.started;
  view.instance = known.instance;
  view.state = known.state;
  view.startedAt = wholeSecond(known.startedAt, pod.host.open.wallUs);
  const facts = {
    state: known.state,
    exitCode: known.exitCode,
    plainInit: member.role === "init",
    startup: verdictOf(member, STARTUP, known.instance),
    readiness: verdictOf(member, READINESS, known.instance),
  };
  if (fresh) wakeProbers(pod, member);
  const inherits = pod.version.quirks.startedInheritance && wasStarted && fresh;
  view.started = isStarted(facts) || (inherits && known.state === "running");
  view.restarts =
    known.state !== "terminated" ||
    isRestarted(
      container,
      pod.pod.spec.restartPolicy,
      { kind: "exited", exitCode: known.exitCode ?? 0 },
      pod.version,
    );
  member.ready = isReady({ ...facts, startup: view.started ? "success" : facts.startup });
}

/** Times of the API are whole seconds of the wall clock. `wallUs`: how far it is past one at 0. */
export function wholeSecond(at: Micros, wallUs: Micros): Micros {
  return Math.floor((at + wallUs) / 1_000_000) * 1_000_000 - wallUs;
}

/** The pod is ready when all regular containers and sidecars are, and every readiness gate is true. */
export function tellReady(pod: PodState): void {
  let ready = pod.phase === "Running";
  for (const { role, ready: one } of pod.members) if (role !== "init" && !one) ready = false;
  for (const gate of pod.pod.spec.readinessGates) if (pod.gates.get(gate) !== true) ready = false;
  if (ready === pod.ready) return;
  pod.ready = ready;
  pod.host.told.ready(ready);
}

function tellPhase(pod: PodState): void {
  // A pod that has ended stays so.
  if (pod.phase === "Succeeded" || pod.phase === "Failed") return;
  const seen = (member: Member): Seen => ({
    container: member.container,
    state: member.known.state,
    exitCode: member.known.exitCode,
    ran: member.known.instance >= 0,
    started: member.view.started,
  });
  const init = pod.members.filter(({ role }) => role !== "regular").map(seen);
  const regular = pod.members.filter(({ role }) => role === "regular").map(seen);
  const phase = phaseOf(pod.pod, init, regular, pod.worker.kind === "over", pod.version);
  const ended = phase === "Succeeded" || phase === "Failed";
  // The end of a pod is said once its containers have ended, not while one is still told to.
  if (phase === pod.phase || (ended && pod.worker.kind !== "over")) return;
  pod.phase = phase;
  pod.view.phase = phase;
  pod.host.told.phase(phase);
  tellReady(pod);
}
