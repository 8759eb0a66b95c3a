import {
  availableAt,
  compareVictims,
  deadlineCondition,
  fenceposts,
  rollingStep,
  type Victim,
} from "#kubelet/cluster/rolling-update.js";
import type { Micros } from "#model/life/life-event.js";
import {
  countPods,
  type Replica,
  type RolloutHost,
  type RolloutPlan,
  type RolloutState,
  type Side,
} from "./rollout-state.js";

/** A Deployment's roll-out: its controllers, told what becomes of the pods. Nothing of it is ever rolled back by itself. */
export interface RolloutMachine {
  /** The new template is there. */
  begin(): void;
  /** A wake that the host was asked for. */
  woke(): void;
  ready(name: string, ready: boolean): void;
  restarted(name: string, restarts: number): void;
  /** Somebody else has deleted it: another one is made. */
  deleting(name: string): void;
  /** All containers of a pod have ended, and its object is gone. */
  gone(name: string): void;
  readonly state: RolloutState;
}

const SECOND_US = 1_000_000;

/** `old`: the pods there are, available for so long already. `rolls`: false: their template is the newest one, so they stay. */
export function createRollout(
  plan: RolloutPlan,
  old: readonly { readonly name: string; readonly readySince: Micros }[],
  host: RolloutHost,
  rolls = true,
): RolloutMachine {
  const { replicas, rollout } = plan;
  const state: RolloutState = {
    plan,
    host,
    limits: fenceposts(replicas, rollout.maxSurge, rollout.maxUnavailable),
    pods: new Map(
      old.map(({ name, readySince }) => [
        name,
        existing(name, readySince, rolls ? "old" : "updated"),
      ]),
    ),
    wanted: rolls ? { old: old.length, updated: 0 } : { old: 0, updated: old.length },
    created: 0,
    life: { kind: "rolling" },
    lastProgressAt: host.now(),
    best: { updated: 0, ready: 0, available: 0, old: rolls ? old.length : 0 },
    busy: false,
    again: false,
  };
  const change = (name: string, apply: (pod: Replica) => void): void => {
    const pod = state.pods.get(name);
    if (pod === undefined) return;
    apply(pod);
    sync(state);
  };
  return {
    state,
    begin() {
      state.lastProgressAt = host.now();
      sync(state);
      wakeForDeadline(state);
    },
    woke: () => sync(state),
    ready(name, ready) {
      change(name, (pod) => {
        if ((pod.readySince !== null) === ready) return;
        pod.phase = "Running";
        pod.readySince = ready ? host.now() : null;
        if (!ready) return;
        const at = availableAt(host.now(), rollout.minReadySeconds);
        if (at > host.now()) host.wakeAt(at);
      });
    },
    restarted: (name, restarts) =>
      change(name, (pod) => {
        pod.restarts = restarts;
      }),
    deleting: (name) =>
      change(name, (pod) => {
        pod.deleting = true;
      }),
    gone(name) {
      state.pods.delete(name);
      sync(state);
    },
  };
}

function existing(name: string, readySince: Micros, side: Side): Replica {
  return {
    ...{ name, side, readySince, createdAt: readySince, restarts: 0 },
    ...{ phase: "Running", deleting: false },
  };
}

/** Until nothing is left to do: each change is one sync of the controller. */
function sync(state: RolloutState): void {
  if (state.busy) {
    state.again = true;
    return;
  }
  state.busy = true;
  do {
    state.again = false;
    settleReplicaSets(state);
    state.again = turn(state) || state.again;
  } while (state.again);
  state.busy = false;
  noteProgress(state);
}

/** True: something was changed. */
function turn(state: RolloutState): boolean {
  const { plan, wanted } = state;
  if (plan.rollout.type === "Recreate") return recreate(state);
  const available = (side: Side): number =>
    countPods(state, (pod) => pod.side === side && isAvailable(state, pod));
  const action = rollingStep(
    {
      replicas: plan.replicas,
      updated: wanted.updated,
      updatedAvailable: available("updated"),
      old: wanted.old,
      oldAvailable: available("old"),
    },
    state.limits,
  );
  switch (action.kind) {
    case "grow":
      wanted.updated = action.updated;
      return true;
    case "shrink":
      wanted.old = action.old;
      return true;
    case "wait":
      return false;
    case "complete":
      complete(state);
      return false;
  }
}

/** All old pods have to be gone before a new one is made. */
function recreate(state: RolloutState): boolean {
  const { plan, wanted } = state;
  if (wanted.old > 0) {
    wanted.old = 0;
    return true;
  }
  const someLeft = [...state.pods.values()].some(({ side }) => side === "old");
  if (someLeft) return false;
  if (wanted.updated < plan.replicas) {
    wanted.updated = plan.replicas;
    return true;
  }
  const available = countPods(state, (pod) => isAvailable(state, pod));
  if (available >= plan.replicas) complete(state);
  return false;
}

function complete(state: RolloutState): void {
  if (state.life.kind === "complete") return;
  state.life = { kind: "complete" };
  noteProgress(state);
  state.host.told.complete();
}

/** The ReplicaSets make and remove pods until there are as many as they want. */
function settleReplicaSets(state: RolloutState): void {
  for (const side of ["old", "updated"] as const) {
    const mine = [...state.pods.values()].filter((pod) => pod.side === side && !pod.deleting);
    const missing = Math.min(state.wanted[side] - mine.length, roomFor(state));
    for (let left = missing; left > 0; left--) create(state, side);
    const surplus = mine.length - state.wanted[side];
    if (surplus <= 0) continue;
    const order = mine.sort((a, b) => compareVictims(victimOf(state, a), victimOf(state, b)));
    for (const pod of order.slice(0, surplus)) {
      pod.deleting = true;
      state.host.remove(pod.name);
    }
  }
}

function roomFor({ plan, limits, pods }: RolloutState): number {
  return plan.waits ? plan.replicas + limits.surge - pods.size : Number.POSITIVE_INFINITY;
}

function create(state: RolloutState, side: Side): void {
  const name = `${state.plan.name}-${side === "old" ? "old" : "new"}-${state.created++}`;
  const createdAt = state.host.now();
  state.pods.set(name, {
    ...{ name, side, createdAt, readySince: null, restarts: 0 },
    ...{ phase: "Pending", deleting: false },
  });
  state.host.create(name, side);
}

function victimOf(state: RolloutState, pod: Replica): Victim {
  return {
    assigned: true,
    phase: pod.phase,
    ready: pod.readySince !== null,
    deletionCost: 0,
    readyUs: pod.readySince === null ? 0 : state.host.now() - pod.readySince,
    restarts: pod.restarts,
    createdAt: pod.createdAt,
  };
}

function isAvailable({ plan, host }: RolloutState, { readySince }: Replica): boolean {
  return readySince !== null && availableAt(readySince, plan.rollout.minReadySeconds) <= host.now();
}

/** More of the new, or fewer of the old: the deadline counts from here. */
function noteProgress(state: RolloutState): void {
  const { host, wanted, best } = state;
  const now = {
    old: wanted.old,
    updated: wanted.updated,
    ready: countPods(state, ({ readySince }) => readySince !== null),
    available: countPods(state, (pod) => isAvailable(state, pod)),
  };
  const same = (["old", "updated", "ready", "available"] as const).every(
    (name) => now[name] === best[name],
  );
  if (!same) host.told.step(now);
  const grew =
    now.updated > best.updated || now.ready > best.ready || now.available > best.available;
  if (grew || now.old < best.old) {
    state.lastProgressAt = host.now();
    if (state.life.kind === "timed-out") state.life = { kind: "rolling" };
    wakeForDeadline(state);
  }
  state.best = now;
  checkDeadline(state);
}

function deadlineAt({ plan, lastProgressAt }: RolloutState): Micros {
  return lastProgressAt + plan.rollout.progressDeadlineSeconds * SECOND_US;
}

function wakeForDeadline(state: RolloutState): void {
  if (state.life.kind === "rolling") state.host.wakeAt(deadlineAt(state));
}

function checkDeadline(state: RolloutState): void {
  if (state.life.kind !== "rolling" || state.host.now() < deadlineAt(state)) return;
  state.life = { kind: "timed-out" };
  const { reason, message } = deadlineCondition(state.plan.name);
  state.host.told.deadline(reason, message);
}
