/** The end of the program: everything else ends first (I5). */

import type { Instant } from "#base/time.js";
import { endsWhenAnswered, type Policy } from "#config/policy.js";
import { announce, command, type Draft, update } from "#generation/draft.js";
import { exitCodeOf } from "#generation/exit-code.js";
import type { Retiree, Run } from "#generation/place.js";
import type { State, Stopping } from "#generation/state.js";
import type { Exit, GenerationId, StopSignal } from "#model/generation.js";
import { abandonBuild } from "./building.js";
import { dropCandidate } from "./candidate.js";
import { askToEnd, beginToEnd, changeRetiree, hasten, killed } from "./retire.js";

/** SIGKILL comes so long before the grace period ends; of a shorter period than twice that, at its middle. */
const KILL_EARLY_MS = 1_000;
/** What a killed process may take to disappear before the program ends without it. */
const GONE_MS_MAX = 5_000;

/** Crashed too often: everything is killed, then the program ends with that code. */
export function leave(draft: Draft, code: number): void {
  update(draft, { life: { kind: "leaving", since: draft.at, code }, next: null });
  abandonBuild(draft);
  dropCandidate(draft, "stopping");
  killAll(draft);
}

export function onStopRequested(draft: Draft, signal: StopSignal, terminal: boolean): void {
  const { life } = draft.state;
  if (life.kind === "stopping") {
    if (signal === "SIGINT" && terminal) killNow(draft, life);
  } else if (life.kind === "running") {
    beginToStop(draft, signal);
  } else if (life.kind === "unstarted") {
    end(draft, exitCodeOf({ kind: "signal", signal }), 0);
  }
}

function beginToStop(draft: Draft, signal: StopSignal): void {
  const { main, policy } = draft.state;
  const run = mainRun(draft.state);
  const verdict = run?.process.kind === "exited" ? run.process.exit : null;
  const verdictOf = run?.generation ?? null;
  update(draft, {
    life: { kind: "stopping", signal, since: draft.at, stage: "delay", verdictOf, verdict },
    next: null,
  });
  const delayMs = main.kind === "serving" ? policy.shutdownDelayMs : 0;
  announce(draft, { kind: "stopping", signal, delayMs, graceMs: policy.graceMs });
  abandonBuild(draft);
  dropCandidate(draft, "stopping");
  if (main.kind === "ending") update(draft, { main: { ...main, successor: null } });
}

/** When the next stage of stopping begins. */
export function stoppingDeadline(state: State, life: Stopping): Instant {
  const { graceMs, shutdownDelayMs } = state.policy;
  const killAt = life.since + Math.max(graceMs / 2, graceMs - KILL_EARLY_MS);
  if (life.stage === "delay") {
    const delayMs = state.main.kind === "serving" ? shutdownDelayMs : 0;
    return Math.min(life.since + delayMs, killAt);
  }
  return life.stage === "drain" ? killAt : killAt + (life.since + graceMs - killAt) * 0.9;
}

/** When a generation whose requests do not end is asked to end all the same: half of what is left until SIGKILL. */
export function lastCallAt({ graceMs, shutdownDelayMs }: Policy, { since }: Stopping): Instant {
  const drainAt = Math.min(shutdownDelayMs, graceMs / 2);
  return since + drainAt + (graceMs - drainAt) / 2;
}

export function leavingDeadline(since: Instant): Instant {
  return since + GONE_MS_MAX;
}

export function advanceStopping(draft: Draft, life: Stopping): void {
  if (life.stage === "delay") askAllToEnd(draft, life);
  else if (life.stage === "drain") exhaustGrace(draft, life);
  else endRegardless(draft);
}

function askAllToEnd(draft: Draft, life: Stopping): void {
  update(draft, { life: { ...life, stage: "drain" } });
  const { main, retiring, policy } = draft.state;
  const answersFirst = endsWhenAnswered(policy);
  if (main.kind === "serving" || main.kind === "starting") {
    const run = main.kind === "serving" ? main.run : main.start.run;
    if (main.kind === "starting") {
      command(draft, { kind: "stop-readiness", generation: run.generation });
    }
    if (main.kind === "serving" && answersFirst) command(draft, { kind: "stop-accepting" });
    const begin = main.kind === "serving" ? beginToEnd : askToEnd;
    const retiree = begin(draft, run, "grace");
    update(draft, { main: { kind: "ending", retiree, successor: null } });
  }
  for (const { run } of retiring) {
    changeRetiree(draft, run.generation, (retiree) => {
      const { kind } = retiree.phase;
      if (kind === "standing-by") return askToEnd(draft, run, "grace");
      const waits = kind === "emptying" && answersFirst;
      const accepting = kind === "lingering" || kind === "emptying";
      return accepting && !waits ? beginToEnd(draft, run, "grace") : retiree;
    });
  }
}

function exhaustGrace(draft: Draft, life: Stopping): void {
  const left = unkilled(draft.state);
  if (left.length > 0) announce(draft, { kind: "grace-exhausted", killed: left });
  killNow(draft, life);
}

function killNow(draft: Draft, life: Stopping): void {
  update(draft, { life: { ...life, stage: "kill" } });
  killAll(draft);
}

function killAll(draft: Draft): void {
  const { main, retiring } = draft.state;
  if (main.kind === "serving" || main.kind === "starting") {
    const run = main.kind === "serving" ? main.run : main.start.run;
    command(draft, { kind: "stop-readiness", generation: run.generation });
    const retiree = killed(draft, run);
    update(draft, { main: { kind: "ending", retiree, successor: null } });
  } else if (main.kind === "ending") {
    update(draft, { main: { ...main, successor: null } });
    changeRetiree(draft, main.retiree.run.generation, (retiree) => hasten(draft, retiree));
  }
  for (const { run } of retiring) {
    changeRetiree(draft, run.generation, (retiree) => hasten(draft, retiree));
  }
}

function unkilled(state: State): GenerationId[] {
  const isLeft = ({ phase }: Retiree) => phase.kind !== "killed";
  const { main } = state;
  const left = state.retiring.filter(isLeft).map(({ run }) => run.generation);
  if (main.kind === "serving") left.push(main.run.generation);
  if (main.kind === "starting") left.push(main.start.run.generation);
  if (main.kind === "ending" && isLeft(main.retiree)) left.push(main.retiree.run.generation);
  return left;
}

export function mainRun(state: State): Run | null {
  const { main } = state;
  if (main.kind === "serving") return main.run;
  if (main.kind === "starting") return main.start.run;
  return main.kind === "ending" ? main.retiree.run : null;
}

/** The serving generation's end decides what the program's end will be. */
export function recordVerdict(draft: Draft, generation: GenerationId, exit: Exit): void {
  const { life } = draft.state;
  if (life.kind === "stopping" && life.verdictOf === generation) {
    update(draft, { life: { ...life, verdict: exit } });
  }
}

/** Ends the program once nothing is left of what it started. */
export function endWhenEmpty(draft: Draft): void {
  const { life, main, retiring, build } = draft.state;
  if (life.kind !== "stopping" && life.kind !== "leaving") return;
  if (main.kind === "down" && retiring.length === 0 && build.kind === "none") endRegardless(draft);
}

export function endRegardless(draft: Draft): void {
  const { life } = draft.state;
  if (life.kind === "leaving") end(draft, life.code, draft.at - life.since);
  if (life.kind !== "stopping") return;
  const exit = life.verdict ?? { kind: "signal", signal: life.signal };
  end(draft, exitCodeOf(exit), draft.at - life.since);
}

function end(draft: Draft, code: number, tookMs: number): void {
  update(draft, { life: { kind: "left", code } });
  announce(draft, { kind: "stopped", code, tookMs });
  command(draft, { kind: "exit", code });
}
