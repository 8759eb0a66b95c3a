/** What follows when the main place loses its generation: a rollback, a restart of the same artifact, or the end. */
import { assert } from "#base/assert.js";
import type { DurationMs } from "#base/time.js";
import { announce, command, type Draft, update, updateInputs } from "#generation/draft.js";
import { exitCodeOf } from "#generation/exit-code.js";
import type { Canary, Next, Retiree, Run, Serving, Start } from "#generation/place.js";
import type { State } from "#generation/state.js";
import type { Artifact, Exit } from "#model/generation.js";
import type { CandidateFailure, Purpose } from "#model/notice.js";
import { failCanary, takeOver } from "./canary.js";
import { discardCandidate } from "./candidate.js";
import { leave } from "./leave.js";
import { promoteAgain } from "./promote.js";
import { isQuarantined, quarantineArtifact, quarantineContent } from "./quarantine.js";
import { killed } from "./retire.js";
import { mainHolds } from "./served.js";
import { warmWayBack } from "./standby.js";

/** The serving generation ended without being asked. */
export function recoverFromCrash(draft: Draft, main: Serving, exit: Exit): void {
  const { run } = main;
  const { candidate } = draft.state;
  const back = rollbackTarget(draft.state, main);
  const pending = pendingRollback(draft.state);
  const why: CandidateFailure = { kind: "exited", exit };
  endMain(draft, run);
  if (candidate.kind === "canary") {
    takeOver(draft, candidate, main, why);
  } else if (pending !== null && isQuarantined(draft.state, run.artifact)) {
    discardCandidate(draft, "rollback");
    thenStart(draft, pending);
  } else if (back !== null) {
    const servedMs = draft.at - main.since;
    const waiting = warmWayBack(draft.state, back, "crashed");
    const next = goBack(draft, { run, to: back, why, servedMs, way: wayOf(waiting) });
    if (waiting === null) thenStart(draft, next);
    else promoteAgain(draft, waiting);
  } else {
    applyCrashRule(draft, run, { exit, served: true, changedAt: null });
  }
}

/** A rollback was decided and is on its way: it goes on where clients wait now. */
function pendingRollback({ next, candidate, health }: State): Next | null {
  const cure = health.kind === "sick" ? health.cure : null;
  if (candidate.kind === "none")
    return [next, cure].find((one) => one?.purpose === "rollback") ?? null;
  if (candidate.kind === "canary") return null;
  if (candidate.kind !== "starting") {
    return candidate.next.purpose === "rollback" ? candidate.next : null;
  }
  const { artifact, purpose } = candidate.start.run;
  return purpose === "rollback" ? { artifact, purpose, changedAt: null, built: null } : null;
}

/** The main place's generation failed before it was ready. */
export function recoverFromFailedStart(draft: Draft, start: Start, why: CandidateFailure): void {
  const { run } = start;
  const back = comeback(draft.state, run);
  endMain(draft, run);
  announceFailure(draft, run, why);
  if (back !== null) {
    thenStart(draft, goBack(draft, { run, to: back, why, servedMs: 0, way: "cold" }));
  } else if (draft.state.facts.terminal && !isRepair(run.purpose)) {
    quarantineArtifact(draft, run.artifact);
  } else {
    const exit: Exit = why.kind === "exited" ? why.exit : { kind: "code", code: 1 };
    applyCrashRule(draft, run, { exit, served: false, changedAt: start.changedAt });
  }
}

/** Started because something was wrong, not because something is new. */
function isRepair(purpose: Purpose): boolean {
  return purpose === "crash-restart" || purpose === "rollback" || purpose === "liveness";
}

export function announceFailure(draft: Draft, run: Run, why: CandidateFailure): void {
  const { generation, artifact } = run;
  announce(draft, { kind: "candidate-failed", generation, artifact, why });
}

/** What to put back when the serving generation fails now; null: the crash rule holds. */
export function rollbackTarget(state: State, main: Serving): Artifact | null {
  return main.trial === "probation" && state.policy.rollback ? state.previous : null;
}

/** What the generation was to replace, if that is still to be had. */
function comeback(state: State, run: Run): Artifact | null {
  const before = state.standing ?? state.previous;
  if (before === null || before.id === run.artifact.id) return null;
  return isQuarantined(state, before) ? null : before;
}

interface WayBack {
  readonly run: Run;
  readonly to: Artifact;
  readonly why: CandidateFailure | { readonly kind: "requested" };
  readonly servedMs: DurationMs;
  readonly way: "warm" | "cold";
}

/** Quarantines the bad artifact and says so; what is returned puts the old one back. */
function goBack(draft: Draft, { run, to, why, servedMs, way }: WayBack): Next {
  const { generation, artifact: from } = run;
  quarantineArtifact(draft, from);
  announce(draft, { kind: "rolled-back", generation, from, to, why, servedMs, way });
  return { artifact: to, purpose: "rollback", changedAt: null, built: null };
}

const wayOf = (waiting: Retiree | null): "warm" | "cold" => (waiting === null ? "cold" : "warm");

/** The serving one is to be left: at once for one that waits, else (answered) for one that has to be started. */
export function leaveFor(
  draft: Draft,
  { run, since }: Serving,
  to: Artifact,
  why: WayBack["why"],
): Next | null {
  const waiting = warmWayBack(draft.state, to, "unwanted");
  const servedMs = draft.at - since;
  const next = goBack(draft, { run, to, why, servedMs, way: wayOf(waiting) });
  if (waiting === null) return next;
  promoteAgain(draft, waiting);
  return null;
}

/** `ctl rollback`: back to the artifact before, and neither this one nor the newest content again until a change. */
export function onRollbackRequested(draft: Draft): void {
  const { main, candidate, inputs } = draft.state;
  if (candidate.kind === "canary") {
    rollBackCanary(draft, candidate);
    return;
  }
  const to = rollbackGoal(draft.state);
  if (main.kind !== "serving" || to === null) return;
  if (inputs.wanted !== null) quarantineContent(draft, inputs.wanted);
  updateInputs(draft, { reload: "none" });
  update(draft, { next: leaveFor(draft, main, to, { kind: "requested" }) });
}

/** Where a rollback that is asked for leads; null: there is nothing else that was good. */
function rollbackGoal(state: State): Artifact | null {
  const { previous, lastGood, standing } = state;
  const usable = lastGood !== null && !isQuarantined(state, lastGood) ? lastGood : null;
  return previous ?? (usable?.id === standing?.id ? null : usable);
}

/** Why a rollback would do nothing now, in words for people; null: it does something. */
export function noRollback(state: State): string | null {
  if (state.candidate.kind === "canary") return null;
  if (state.main.kind !== "serving") return "nothing serves that could be rolled back";
  if (rollbackGoal(state) !== null) return null;
  return "nothing else has served well: there is nothing to roll back to";
}

/** The old one serves: nothing is started, neither what it was to be replaced by nor the newest content. */
function rollBackCanary(draft: Draft, canary: Canary): void {
  const { wanted } = draft.state.inputs;
  if (wanted !== null && !mainHolds(draft.state, wanted)) quarantineContent(draft, wanted);
  failCanary(draft, canary, { kind: "requested" });
  update(draft, { next: null, inputs: { ...draft.state.inputs, reload: "none" } });
}

/** Its main process is gone, or must go: what is left of it is killed, its sockets stay for the next. */
function endMain(draft: Draft, run: Run): void {
  command(draft, { kind: "stop-readiness", generation: run.generation });
  update(draft, { main: { kind: "ending", retiree: killed(draft, run), successor: null } });
}

function thenStart(draft: Draft, successor: Next): void {
  const { main } = draft.state;
  assert(main.kind === "ending", "a generation is succeeded when it has ended");
  update(draft, { main: { ...main, successor } });
}

interface Crash {
  readonly exit: Exit;
  readonly served: boolean;
  readonly changedAt: number | null;
}

/** The same artifact again, a bounded number of times; then the end, where somebody sees it. */
function applyCrashRule(draft: Draft, run: Run, { exit, served, changedAt }: Crash): void {
  const { artifact, generation } = run;
  const { crash } = draft.state.policy;
  const earlier = earlierCrashes(draft, artifact, served);
  const restart = earlier.length + 1;
  if (restart > crash.restarts) {
    const { restarts, windowMs } = crash;
    announce(draft, { kind: "crash-limit-reached", exit, restarts, windowMs });
    if (draft.state.facts.terminal) quarantineArtifact(draft, artifact);
    else leave(draft, exitCodeOf(exit) === 0 ? 1 : exitCodeOf(exit));
    return;
  }
  update(draft, { crashes: { artifact: artifact.id, at: [...earlier, draft.at] } });
  announce(draft, { kind: "crashed", generation, exit, restart, of: crash.restarts });
  thenStart(draft, { artifact, purpose: "crash-restart", changedAt, built: null });
}

/** A generation that never got ready does not let the window pass: else a slow failure would repeat for ever. */
function earlierCrashes(draft: Draft, artifact: Artifact, served: boolean): readonly number[] {
  const { crashes, policy } = draft.state;
  if (crashes.artifact !== artifact.id) return [];
  if (!served) return crashes.at;
  return crashes.at.filter((at) => draft.at - at < policy.crash.windowMs);
}
