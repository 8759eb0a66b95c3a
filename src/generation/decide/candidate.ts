/** From an artifact to a running generation: beside the old one when memory allows, else after it on its sockets. */
import type { Instant } from "#base/time.js";
import { headroomBytes, type Policy } from "#config/policy.js";
import { announce, command, type Draft, update } from "#generation/draft.js";
import type { Candidate, Main, Next } from "#generation/place.js";
import { candidateRun } from "#generation/places.js";
import { isPaused, type State } from "#generation/state.js";
import type { GenerationId } from "#model/generation.js";
import type { MemoryReading } from "#model/memory-reading.js";
import type { Purpose, Withdrawal } from "#model/notice.js";
import { withdrawCanary } from "./canary.js";
import { launchCandidate, launchMain } from "./launch.js";
import { beginToEnd, discard, finishedAt, killed } from "./retire.js";
import { onStandByMeasured } from "./standby.js";

/** The newest proposal counts; one that was not started yet is forgotten. */
export function proposeNext(draft: Draft, next: Next): void {
  const changedAt = oldest(draft.state.next?.changedAt ?? null, next.changedAt);
  update(draft, { next: { ...next, changedAt } });
}

/** Starts what was proposed. A candidate on its way is superseded by it; one that has clients drains first. */
export function planNext(draft: Draft): void {
  const { next } = draft.state;
  if (next === null || isHeldBack(draft.state) || draft.at < roomAt(draft.state)) return;
  if (next.purpose === "update" && hasWaitedEnough(draft)) return;
  const changedAt = oldest(next.changedAt, supersededChange(draft.state.candidate));
  dropCandidate(draft, "superseded");
  update(draft, { next: { ...next, changedAt } });
  if (draft.at < roomAt(draft.state)) return;
  update(draft, { next: null });
  place(draft, { ...next, changedAt });
}

/**
 * When the next one may be started: its promotion makes one more draining generation, and the oldest beyond `maxDraining` is
 * killed for it. That one gets the time to finish what it was asked first. What mends a failure does not wait.
 */
function roomAt({ next, retiring, policy }: State): Instant {
  const polite = retiring.filter(({ phase }) => phase.kind !== "killed");
  const pushedOut = polite[polite.length - policy.maxDraining];
  const mayWait = next?.purpose === "update" || next?.purpose === "reload";
  if (!mayWait || policy.maxDraining === 0 || pushedOut === undefined) return NEVER_TOO_EARLY;
  return finishedAt(pushedOut, policy);
}

const NEVER_TOO_EARLY = Number.NEGATIVE_INFINITY;

/**
 * A writer that never stops must not keep every update from becoming ready: past the starve limit the one that starts is
 * left to get ready or to fail.
 */
function hasWaitedEnough({ at, state: { candidate, main, policy } }: Draft): boolean {
  const start =
    candidate.kind === "starting" ? candidate.start : main.kind === "starting" ? main.start : null;
  const changedAt = start?.changedAt ?? at;
  return at - changedAt >= policy.starveLimitMs;
}

function isHeldBack(state: State): boolean {
  return state.next?.purpose === "update" && isPaused(state);
}

/** The end of the wait for room, when something waits for it. */
export function roomDeadline(state: State): Instant | null {
  if (state.next === null || state.life.kind !== "running" || isHeldBack(state)) return null;
  const at = roomAt(state);
  return Number.isFinite(at) ? at : null;
}

/** Kills or forgets the candidate if that was its purpose. */
export function discardCandidate(draft: Draft, purpose: Purpose): void {
  const { candidate } = draft.state;
  const its = candidateRun(candidate) ?? ("next" in candidate ? candidate.next : null);
  if (its?.purpose === purpose) dropCandidate(draft, "reverted");
}

/** Kills it, or forgets it; a canary has clients and leaves as a generation that served does. */
export function dropCandidate(draft: Draft, why: Withdrawal): void {
  const { candidate } = draft.state;
  if (candidate.kind === "canary") {
    withdrawCanary(draft, candidate, why);
    return;
  }
  update(draft, { candidate: { kind: "none" } });
  if (candidate.kind !== "starting") return;
  const { run } = candidate.start;
  command(draft, { kind: "stop-readiness", generation: run.generation });
  discard(draft, run, why);
}

function place(draft: Draft, next: Next): void {
  const { state } = draft;
  const { main } = state;
  if (main.kind === "down") {
    const neverReady = state.firstReadyAt === null && next.purpose === "update";
    launchMain(draft, neverReady ? { ...next, purpose: "first" } : next, main.sockets);
  } else if (state.policy.handover === "restart" || isReplaceable(state, main)) {
    replaceMain(draft, main, next);
  } else {
    measure(draft, next);
  }
}

/** Nobody is served from the main place, and it is not about to bring a good generation back. */
function isReplaceable(state: State, main: Main): boolean {
  if (state.firstReadyAt === null) return true;
  if (main.kind === "starting") return !isRecovery(main.start.run.purpose);
  return main.kind === "ending" && (main.successor === null || !isRecovery(main.successor.purpose));
}

function isRecovery(purpose: Purpose): boolean {
  return purpose === "crash-restart" || purpose === "rollback";
}

/** The `restart` order: the old generation ends first, its sockets stay for the new one. */
function replaceMain(draft: Draft, main: Exclude<Main, { kind: "down" }>, next: Next): void {
  if (main.kind === "ending") {
    update(draft, { main: { ...main, successor: next } });
  } else if (main.kind === "serving") {
    const retiree = beginToEnd(draft, main.run, "drain-timeout");
    update(draft, { main: { kind: "ending", retiree, successor: next } });
  } else {
    const { run, changedAt } = main.start;
    command(draft, { kind: "stop-readiness", generation: run.generation });
    const successor = { ...next, changedAt: oldest(next.changedAt, changedAt) };
    const retiree = killed(draft, run, { withdrawn: "superseded" });
    update(draft, { main: { kind: "ending", retiree, successor } });
  }
}

function measure(draft: Draft, next: Next): void {
  const asked = livingGeneration(draft.state);
  if (asked === null) {
    launchCandidate(draft, next);
    return;
  }
  update(draft, { candidate: { kind: "measuring", next, asked } });
  command(draft, { kind: "measure-memory", generation: asked });
}

function livingGeneration(state: State): GenerationId | null {
  const { main, retiring } = state;
  if (main.kind === "serving") return main.run.generation;
  if (main.kind === "starting") return main.start.run.generation;
  const others = main.kind === "ending" ? [...retiring, main.retiree] : retiring;
  const living = others.filter(({ run }) => run.process.kind !== "exited").at(-1);
  return living?.run.generation ?? null;
}

export function onMemoryMeasured(
  draft: Draft,
  generation: GenerationId,
  memory: MemoryReading | null,
): void {
  const { candidate, policy, main } = draft.state;
  if (candidate.kind !== "measuring" || candidate.asked !== generation) {
    onStandByMeasured(draft, generation, memory);
    return;
  }
  const { next } = candidate;
  update(draft, { candidate: { kind: "none" } });
  const neededBytes = memory === null ? 0 : needed(policy, memory);
  if (main.kind === "down") {
    launchMain(draft, next, main.sockets);
  } else if (memory === null || memory.limitBytes - memory.usedBytes >= neededBytes) {
    launchCandidate(draft, next);
  } else {
    const mayWait = next.purpose === "update" || next.purpose === "reload";
    const then = mayWait ? policy.memory.policy : "restart";
    announce(draft, { kind: "memory-short", generation, memory, neededBytes, then });
    if (then === "restart") replaceMain(draft, main, next);
    else update(draft, { candidate: { kind: "held", next, memory, neededBytes } });
  }
}

function needed({ memory: { headroom } }: Policy, memory: MemoryReading): number {
  return (memory.generationBytes ?? 0) + headroomBytes(headroom, memory.limitBytes);
}

/** A generation has gone, so there may be room now. */
export function retryHeld(draft: Draft): void {
  const { candidate, next } = draft.state;
  if (candidate.kind !== "held" || next !== null) return;
  update(draft, { candidate: { kind: "none" }, next: candidate.next });
}

function supersededChange(candidate: Candidate): Instant | null {
  if (candidate.kind === "none") return null;
  if (candidate.kind === "canary") return candidate.changedAt;
  return candidate.kind === "starting" ? candidate.start.changedAt : candidate.next.changedAt;
}

function oldest(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
