import { decideStart, isCollected } from "#kubelet/restart/back-off.js";
import { requeueUs } from "#kubelet/restart/requeue.js";
import { ruleAction, type Standing } from "#kubelet/restart/restarts.js";
import { type KillWords, killingMessage } from "#kubelet/status/event-words.js";
import { type Kill, podActions, type Snapshot } from "#kubelet/sync/pod-actions.js";
import { beginEnd, endDeleted, restartAll } from "./ending.js";
import { beginKill } from "./kills.js";
import {
  CODES,
  LIVENESS,
  type Member,
  type Plan,
  POD_REQUEUE,
  POD_SANDBOX,
  type PodState,
  STARTUP,
  verdictOf,
  WAKE_DETECT,
  wake,
} from "./pod-state.js";
import { beginWorkers, pokeReadiness } from "./probing.js";
import { publish } from "./publish.js";

/** Asks for a sync: at once when the pod's worker is free, else when it is. */
export function wantSync(pod: PodState): void {
  pod.wanted = true;
  if (pod.worker.kind === "idle") syncWhileWanted(pod);
}

/** A sync waits for a status that is newer than the last one: the kubelet never acts twice on what it has changed itself. */
function syncWhileWanted(pod: PodState): void {
  while (pod.wanted && pod.worker.kind === "idle" && !pod.members.some(({ unseen }) => unseen)) {
    pod.wanted = false;
    sync(pod);
  }
}

function sync(pod: PodState): void {
  const plan: Plan = { kills: [], starts: [], refusedUntil: null, turning: false };
  pod.worker = { kind: "acting", plan };
  pod.host.told.synced();
  if (pod.quiet) {
    finish(pod, plan);
    return;
  }
  publish(pod);
  if (!pod.workersBegan) beginWorkers(pod);
  for (const member of pod.members) {
    const { view, role } = member;
    if (role === "init" || view.state !== "running" || !view.started || member.ready) continue;
    pokeReadiness(pod, member, () => {
      pod.wanted = true;
    });
  }
  for (const member of pod.members) member.snapshotExitedAt = member.known.exitedAt;
  if (asksForAll(pod)) {
    restartAll(pod);
    return;
  }
  const actions = podActions({
    pod: pod.pod,
    init: pod.members.filter(({ role }) => role !== "regular").map(snapshotOf),
    regular: pod.members.filter(({ role }) => role === "regular").map(snapshotOf),
    sandbox: pod.sandbox === null ? null : { ...pod.sandbox, hasAddress: true },
    version: pod.version,
  });
  const inits = pod.members.filter(({ role }) => role !== "regular").length;
  pod.quiet = isQuiet(pod, actions);
  plan.kills.push(...actions.kills);
  plan.starts.push(...actions.startInit, ...actions.start.map((index) => inits + index));
  if (actions.killPod) beginEnd(pod, actions.createSandbox ? "new-sandbox" : "terminal");
  else if (actions.createSandbox) createSandbox(pod, plan, actions.attempt);
  else goOn(pod);
}

/** Everything runs, is known to, and is ready, and there is nothing to do about it. */
function isQuiet(pod: PodState, actions: ReturnType<typeof podActions>): boolean {
  const { kills, start, startInit, killPod, createSandbox } = actions;
  const idle = kills.length + start.length + startInit.length === 0 && !killPod && !createSandbox;
  return (
    idle &&
    pod.ready &&
    pod.members.every(
      ({ role, ready, known, state, instance }) =>
        known.state === state && known.instance === instance && (role === "init" || ready),
    )
  );
}

/** A rule of a container that has ended wants the whole pod to begin again. */
function asksForAll({ members, version }: PodState): boolean {
  return members.some(
    ({ container, known }) =>
      known.state === "terminated" &&
      ruleAction(container, known.exitCode ?? 0, version) === "RestartAllContainers",
  );
}

function createSandbox(pod: PodState, plan: Plan, attempt: number): void {
  pod.sandbox = { ready: true, attempt };
  pod.worker = { kind: "sandbox", plan };
  const code = pod.members.length * CODES + POD_SANDBOX;
  wake(pod, code, pod.host.now() + pod.host.open.sandboxUs());
}

export function sandboxIsUp(pod: PodState): void {
  if (pod.worker.kind !== "sandbox") return;
  pod.worker = { kind: "acting", plan: pod.worker.plan };
  goOn(pod);
}

function snapshotOf(member: Member): Snapshot {
  const { known, container } = member;
  return {
    container,
    standing: standingOf(member),
    liveness: verdictOf(member, LIVENESS, known.instance),
    startup: verdictOf(member, STARTUP, known.instance),
    changed: member.changed,
    earlier: member.earlier,
  };
}

function standingOf({ known }: Member): Standing {
  if (known.state === "running") return { kind: "running" };
  if (known.state === "terminated") return { kind: "exited", exitCode: known.exitCode ?? 0 };
  return { kind: "none" };
}

/** Kills one after the other, then starts one after the other; whatever has to be waited for calls this again. */
export function goOn(pod: PodState): void {
  const { worker } = pod;
  if (worker.kind !== "acting" || worker.plan.turning) return;
  const { plan } = worker;
  plan.turning = true;
  const waits = killNext(pod, plan) || startNext(pod, plan);
  plan.turning = false;
  // The pod may have been told to end meanwhile.
  const current = pod.worker.kind === "acting" && pod.worker.plan === plan;
  if (!waits && current) finish(pod, plan);
}

/** True: a kill is under way. */
function killNext(pod: PodState, plan: Plan): boolean {
  for (let kill = plan.kills.shift(); kill !== undefined; kill = plan.kills.shift()) {
    const member = memberOf(pod, kill);
    if (member.state !== "running") continue;
    const words: KillWords =
      kill.why === "definition"
        ? { kind: "definition", restarts: kill.restarts }
        : kill.why === "unknown"
          ? { kind: "stop" }
          : { kind: "probe", probe: kill.why, restarts: kill.restarts };
    const message = killingMessage(member.container.name, kill.list === "init", words);
    beginKill(pod, member, kill.why, message);
    if (member.kill !== null) return true;
  }
  return pod.members.some(({ kill }) => kill !== null);
}

/** True: a postStart hook is under way. */
function startNext(pod: PodState, plan: Plan): boolean {
  for (let place = plan.starts.shift(); place !== undefined; place = plan.starts.shift()) {
    const member = pod.members[place];
    if (member === undefined || member.state === "running") continue;
    if (startMember(pod, member, plan)) return true;
  }
  return false;
}

function memberOf(pod: PodState, { list, index }: Kill): Member {
  const inits = pod.members.filter(({ role }) => role !== "regular").length;
  const member = pod.members[list === "init" ? index : inits + index];
  if (member === undefined) throw new Error("invariant broken: a kill without a container");
  return member;
}

/** True: its postStart hook has to end first. */
function startMember(pod: PodState, member: Member, plan: Plan): boolean {
  const now = pod.host.now();
  if (member.backOff !== null && isCollected(member.backOff, now, pod.limits)) {
    member.backOff = null;
  }
  const decision = decideStart(member.backOff, member.snapshotExitedAt, now, pod.limits);
  if (decision.kind === "refuse") {
    pod.host.told.refused(member.place, member.backOff?.valueUs ?? 0, decision.until);
    plan.refusedUntil = Math.min(plan.refusedUntil ?? decision.until, decision.until);
    return false;
  }
  member.backOff = decision.backOff;
  member.state = "running";
  member.changed = false;
  member.unseen = true;
  member.instance += 1;
  member.startedAt = now;
  member.exitCode = null;
  member.starts += 1;
  member.earlier = false;
  pod.host.told.started(member.place, member.starts - 1);
  pod.host.start(member.place, member.instance);
  notice(pod, member);
  const { postStart } = member.container.lifecycle;
  if (postStart === null || member.state !== "running") return false;
  member.hooking = true;
  pod.host.hook(member.place, "postStart", postStart);
  return member.hooking;
}

/** A start or an exit: the kubelet notices it a little later. */
export function notice(pod: PodState, member: Member): void {
  const now = pod.host.now();
  // A look that is due anyway finds this too.
  if (member.noticeAt > now) return;
  const after = pod.host.open.detectionUs(member.place);
  member.noticeAt = now + after;
  if (after <= 0) noticed(pod, member);
  else wake(pod, member.place * CODES + WAKE_DETECT, member.noticeAt);
}

export function noticed(pod: PodState, member: Member): void {
  const { known } = member;
  member.unseen = false;
  known.state = member.state;
  known.instance = member.instance;
  known.startedAt = member.startedAt;
  known.exitCode = member.exitCode;
  known.exitedAt = member.finishedAt;
  const seen = !pod.members.some(({ unseen }) => unseen);
  if (pod.deletionSeconds !== null && pod.worker.kind === "idle" && seen) endDeleted(pod);
  else wantSync(pod);
}

function finish(pod: PodState, { refusedUntil }: Plan): void {
  const { host, version } = pod;
  pod.worker = { kind: "idle" };
  const end =
    refusedUntil === null
      ? ({ kind: "clean" } as const)
      : ({ kind: "back-off", backOffLeftUs: refusedUntil - host.now() } as const);
  const code = pod.members.length * CODES + POD_REQUEUE;
  wake(pod, code, host.now() + requeueUs(end, host.open.requeueJitter(), version));
  syncWhileWanted(pod);
}
