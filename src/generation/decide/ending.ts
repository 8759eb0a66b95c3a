/** Exits and what follows them: the descendants are killed, then the sockets pass on or are released. */
import { type Draft, update } from "#generation/draft.js";
import type { Main, Retiree, Run, Serving, Start } from "#generation/place.js";
import { candidateRun, changeStart, startOf, starts } from "#generation/places.js";
import type { State } from "#generation/state.js";
import type { Exit, GenerationId } from "#model/generation.js";
import { failCanary } from "./canary.js";
import { retryHeld } from "./candidate.js";
import { launchMain } from "./launch.js";
import { recordVerdict } from "./leave.js";
import { recoverFromCrash } from "./recover.js";
import { afterExit, announceEnd, changeRetiree, forget, killed, releaseSockets } from "./retire.js";
import { failStart } from "./starting.js";

export function onExited(draft: Draft, generation: GenerationId, exit: Exit): void {
  const { main, candidate } = draft.state;
  recordVerdict(draft, generation, exit);
  const start = startOf(draft.state, generation);
  if (start !== undefined) {
    const ended = { ...start, run: withExit(start.run, exit) };
    changeStart(draft, ended);
    loseStart(draft, ended, exit);
  } else if (main.kind === "serving" && main.run.generation === generation) {
    loseServing(draft, { ...main, run: withExit(main.run, exit) }, exit);
  } else if (candidate.kind === "canary" && candidate.run.generation === generation) {
    const ended = { ...candidate, run: withExit(candidate.run, exit) };
    failCanary(draft, ended, { kind: "exited", exit });
  } else {
    changeRetiree(draft, generation, (retiree) => {
      if (retiree.run.process.kind === "exited") return retiree;
      return afterExit(draft, { ...retiree, run: withExit(retiree.run, exit) });
    });
  }
}

function withExit(run: Run, exit: Exit): Run {
  return { ...run, process: { kind: "exited", exit } };
}

function loseStart(draft: Draft, start: Start, exit: Exit): void {
  if (draft.state.life.kind === "running") failStart(draft, start, { kind: "exited", exit });
  else endQuietly(draft, start.run);
}

function loseServing(draft: Draft, main: Serving, exit: Exit): void {
  if (draft.state.life.kind === "running") recoverFromCrash(draft, main, exit);
  else endQuietly(draft, main.run);
}

/** While the program ends, nothing is started again. */
function endQuietly(draft: Draft, run: Run): void {
  update(draft, { main: { kind: "ending", retiree: killed(draft, run), successor: null } });
}

/** Nothing of it was ever there: only the sockets it was to take over are left, where they were. */
export function onSpawnFailed(draft: Draft, generation: GenerationId, reason: string): void {
  const start = startOf(draft.state, generation);
  if (start !== undefined) {
    const run = withoutProcess(start.run);
    changeStart(draft, { ...start, run });
    if (draft.state.life.kind === "running") {
      failStart(draft, { ...start, run }, { kind: "spawn", reason });
    } else {
      endQuietly(draft, run);
    }
  }
  changeRetiree(draft, generation, (retiree) => ({ ...retiree, run: withoutProcess(retiree.run) }));
  onGone(draft, generation);
}

function withoutProcess(run: Run): Run {
  if (run.process.kind !== "spawning") return run;
  const sockets = run.sockets === run.generation ? null : run.sockets;
  return withExit({ ...run, sockets }, { kind: "code", code: 1 });
}

/** No process of it is left. */
export function onGone(draft: Draft, generation: GenerationId): void {
  const { main, retiring } = draft.state;
  const retiree = retiring.find(({ run }) => run.generation === generation);
  if (retiree !== undefined) {
    announceUntoldEnd(draft, retiree);
    forget(draft, retiree);
    retryHeld(draft);
  } else if (main.kind === "ending" && main.retiree.run.generation === generation) {
    announceUntoldEnd(draft, main.retiree);
    succeed(draft, main);
  } else if (isNotLeaving(draft.state, generation)) {
    onExited(draft, generation, { kind: "code", code: 1 });
    onGone(draft, generation);
  }
}

/** It starts or has clients, and nobody asked it to end. */
function isNotLeaving(state: State, generation: GenerationId): boolean {
  const { main, candidate } = state;
  const serving = main.kind === "serving" ? main.run : null;
  const runs = [...starts(state).map(({ run }) => run), serving, candidateRun(candidate)];
  return runs.some((run) => run?.generation === generation);
}

/** Its exit was never told, and now nothing is left of it. */
function announceUntoldEnd(draft: Draft, retiree: Retiree): void {
  if (retiree.run.process.kind === "exited" || retiree.phase.kind !== "killed") return;
  announceEnd(draft, retiree);
}

/** The main place is free: the next generation takes over the sockets, or they are held for one to come. */
function succeed(draft: Draft, main: Extract<Main, { kind: "ending" }>): void {
  const { sockets } = main.retiree.run;
  if (draft.state.life.kind !== "running") {
    update(draft, { main: { kind: "down", sockets: null, why: "gave-up" } });
    releaseSockets(draft, sockets);
  } else if (main.successor !== null) {
    launchMain(draft, main.successor, sockets);
  } else {
    update(draft, { main: { kind: "down", sockets, why: "gave-up" } });
  }
}
