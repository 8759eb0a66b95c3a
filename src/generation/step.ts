import type { Policy } from "#config/policy.js";
import type { Handover, HandoverReason } from "#model/listener.js";
import type { Command } from "./command.js";
import { arm, expire } from "./deadlines.js";
import { onBuildCancelled, onBuildFailed, onBuildSucceeded, planBuild } from "./decide/building.js";
import { onPromoteRequested, reweigh } from "./decide/canary.js";
import { onMemoryMeasured, planNext } from "./decide/candidate.js";
import { onChangeNoticed, onInputsRead, onReloadRequested, onStarted } from "./decide/changes.js";
import { onExited, onGone, onSpawnFailed } from "./decide/ending.js";
import { endWhenEmpty, mainRun, onStopRequested } from "./decide/leave.js";
import { onLivenessAnswered, planCure } from "./decide/liveness.js";
import { onSteered } from "./decide/promote.js";
import { onRollbackRequested } from "./decide/recover.js";
import { advance, changeRetiree, enforceMaxDraining } from "./decide/retire.js";
import { dismissStandBys } from "./decide/standby.js";
import { onAcceptingSeen, onNotified, onReadyAnswered, onSpawned } from "./decide/starting.js";
import { announce, command, type Draft, update, updateInputs } from "./draft.js";
import type { Event } from "./event.js";
import type { State } from "./state.js";

export interface Step {
  readonly state: State;
  /** To be carried out in this order. */
  readonly commands: readonly Command[];
}

/**
 * The whole supervisor. No I/O, no clock, no randomness; total over every state and event: what no longer matches the
 * state (an answer with an old number, a stale wake) changes nothing.
 */
export function step(state: State, event: Event): Step {
  const draft: Draft = { state, own: false, commands: [], at: event.at };
  if (state.life.kind === "left") return { state, commands: [] };
  take(draft, event);
  plan(draft);
  endWhenEmpty(draft);
  arm(draft);
  return { state: draft.state, commands: draft.commands };
}

/** What follows from the state alone, whichever event led to it. */
function plan(draft: Draft): void {
  if (draft.state.life.kind !== "running") return;
  planBuild(draft);
  planCure(draft);
  planNext(draft);
  dismissStandBys(draft);
}

type Decision<K extends Event["kind"]> = (
  draft: Draft,
  event: Extract<Event, { readonly kind: K }>,
) => void;

type Decisions = { readonly [K in Event["kind"]]: Decision<K> };

function take(draft: Draft, event: Event): void {
  if (draft.state.life.kind !== "running" && onlyWhileRunning.has(event.kind)) return;
  const decide = decisions[event.kind] as Decision<typeof event.kind>;
  decide(draft, event);
}

/** What may lead to something new. Nothing new begins before the start, nor while the program ends. */
const onlyWhileRunning: ReadonlySet<Event["kind"]> = new Set([
  "change-noticed",
  "inputs-read",
  "reload-requested",
  "rollback-requested",
  "promote-requested",
  "pause-changed",
  "memory-measured",
  "notified",
  "ready-answered",
  "liveness-answered",
] as const);

const decisions: Decisions = {
  started: (draft, { image, lastGood }) => onStarted(draft, image, lastGood),
  "stop-requested": (draft, { signal, terminal }) => onStopRequested(draft, signal, terminal),
  "policy-changed": (draft, { policy }) => onPolicyChanged(draft, policy),
  woke: (draft, { wake }) => onWoke(draft, wake),
  "change-noticed": (draft) => onChangeNoticed(draft),
  "inputs-read": onInputsRead,
  "reload-requested": (draft) => onReloadRequested(draft),
  "rollback-requested": (draft) => onRollbackRequested(draft),
  "promote-requested": (draft) => onPromoteRequested(draft),
  "pause-changed": (draft, { paused }) => pause(draft, paused),
  "build-succeeded": (draft, { build, artifact }) => onBuildSucceeded(draft, build, artifact),
  "build-failed": (draft, { build, failure }) => onBuildFailed(draft, build, failure),
  "build-cancelled": (draft, { build }) => onBuildCancelled(draft, build),
  "memory-measured": (draft, event) => onMemoryMeasured(draft, event.generation, event.memory),
  "generation-spawned": (draft, { generation, pid }) => onSpawned(draft, generation, pid),
  "spawn-failed": (draft, { generation, reason }) => onSpawnFailed(draft, generation, reason),
  notified: (draft, { generation, notice }) => onNotified(draft, generation, notice),
  "accepting-seen": (draft, { generation }) => onAcceptingSeen(draft, generation),
  "ready-answered": (draft, event) => onReadyAnswered(draft, event.generation, event),
  "liveness-answered": (draft, event) => onLivenessAnswered(draft, event.generation, event),
  "generation-exited": (draft, { generation, exit }) => onExited(draft, generation, exit),
  "generation-gone": (draft, { generation }) => onGone(draft, generation),
  "queue-emptied": (draft, { generation }) => onQueueEmptied(draft, generation),
  steered: (draft, { generation }) => onSteered(draft, generation),
  "handover-chosen": (draft, { handover, why }) => onHandoverChosen(draft, handover, why),
  "signal-received": (draft, { signal }) => passOn(draft, signal),
};

function onWoke(draft: Draft, wake: number): void {
  if (draft.state.alarm?.wake !== wake) return;
  update(draft, { alarm: null });
  expire(draft);
}

function onQueueEmptied(draft: Draft, generation: number): void {
  changeRetiree(draft, generation, (retiree) =>
    retiree.phase.kind === "emptying" ? advance(draft, retiree) : retiree,
  );
}

function onHandoverChosen(draft: Draft, handover: Handover, why: HandoverReason): void {
  update(draft, { policy: { ...draft.state.policy, handover }, handoverWhy: why });
  announce(draft, { kind: "handover-chosen", handover, why });
}

/** Signals that hotpod does not interpret belong to the service. */
function passOn(draft: Draft, signal: string): void {
  const run = mainRun(draft.state);
  if (run?.process.kind !== "alive") return;
  command(draft, { kind: "signal", generation: run.generation, signal });
}

function pause(draft: Draft, paused: boolean): void {
  const updates = paused ? "paused" : "flowing";
  if (draft.state.updates === updates) return;
  update(draft, { updates });
  announce(draft, { kind: "paused", paused });
  const waiting = draft.state.inputs.outcome.kind === "unbuilt";
  if (!paused && waiting) updateInputs(draft, { gate: "closed" });
}

/** The cold settings stay what they were at the start; a stop goes on by the policy that it was announced with. */
function onPolicyChanged(draft: Draft, policy: Policy): void {
  const { kind } = draft.state.life;
  if (kind !== "running" && kind !== "unstarted") return;
  const before = draft.state.policy;
  const { boot, handover } = before;
  update(draft, { policy: { ...policy, boot, handover } });
  if (policy.paused !== before.paused) pause(draft, policy.paused);
  reweigh(draft);
  enforceMaxDraining(draft);
}
