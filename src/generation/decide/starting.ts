/** From spawned to ready, or given up. READY=1 counts always, then `ready.http`, then accepting for a while. */
import type { Instant } from "#base/time.js";
import { announce, command, type Draft, update } from "#generation/draft.js";
import type { Run, Start } from "#generation/place.js";
import { changeStart, startOf } from "#generation/places.js";
import type { State } from "#generation/state.js";
import type { GenerationId } from "#model/generation.js";
import type { CandidateFailure } from "#model/notice.js";
import { beginCanary, startsAsCanary } from "./canary.js";
import { promote, untilReady } from "./promote.js";
import { acquit, quarantineArtifact } from "./quarantine.js";
import { announceFailure, recoverFromFailedStart } from "./recover.js";
import { afterSpawn, changeRetiree, discard } from "./retire.js";

/** A generation that accepts and lives on for so long is taken for ready when it does not tell by itself. */
export const SETTLE_MS = 250;

export function onSpawned(draft: Draft, generation: GenerationId, pid: number): void {
  const start = startOf(draft.state, generation);
  if (start === undefined) {
    changeRetiree(draft, generation, (retiree) => {
      if (retiree.run.process.kind !== "spawning") return retiree;
      return afterSpawn(draft, { ...retiree, run: spawned(draft, retiree.run, pid) });
    });
  } else if (start.run.process.kind === "spawning") {
    const run = spawned(draft, start.run, pid);
    changeStart(draft, { ...start, run, spawnedAt: draft.at });
    const { artifact, purpose } = run;
    announce(draft, { kind: "generation-started", generation, artifact, purpose });
  }
}

/** Sockets that it took over are its own from now on. */
function spawned(draft: Draft, run: Run, pid: number): Run {
  if (run.sockets !== null && draft.state.steered === run.sockets) {
    update(draft, { steered: run.generation });
  }
  return { ...run, process: { kind: "alive", pid }, sockets: run.generation };
}

export function onNotified(
  draft: Draft,
  generation: GenerationId,
  notice: "hello" | "stands-by" | "ready" | "stopping",
): void {
  const start = startOf(draft.state, generation);
  if (start === undefined || notice === "stopping") return;
  if (notice === "ready") {
    becomeReady(draft, start, "notify");
    return;
  }
  const standsBy = start.run.standsBy || notice === "stands-by";
  changeStart(draft, { ...start, notify: "promised", run: { ...start.run, standsBy } });
}

export function onAcceptingSeen(draft: Draft, generation: GenerationId): void {
  const start = startOf(draft.state, generation);
  if (start === undefined || start.acceptingSince !== null) return;
  changeStart(draft, { ...start, acceptingSince: draft.at });
}

export function onReadyAnswered(
  draft: Draft,
  generation: GenerationId,
  answer: { readonly good: boolean; readonly detail: string },
): void {
  const start = startOf(draft.state, generation);
  if (start === undefined) return;
  if (answer.good) becomeReady(draft, start, "http");
  else changeStart(draft, { ...start, lastAnswer: answer.detail });
}

/** When accepting will have lasted long enough; null: something else decides. */
export function settledAt(state: State, start: Start): Instant | null {
  if (state.policy.readyHttp || start.notify === "promised") return null;
  return start.acceptingSince === null ? null : start.acceptingSince + SETTLE_MS;
}

/** It gets everything at once, or a share first. */
export function becomeReady(draft: Draft, start: Start, by: "notify" | "http" | "accepting"): void {
  const { run, changedAt } = start;
  const { generation, artifact } = run;
  const { main } = draft.state;
  command(draft, { kind: "stop-readiness", generation });
  announce(draft, { kind: "generation-ready", generation, by, tookMs: draft.at - run.startedAt });
  if (run.purpose === "reload") acquit(draft, artifact);
  if (main.kind === "serving" && startsAsCanary(draft.state, run)) {
    beginCanary(draft, start, main.run.generation);
  } else {
    promote(draft, run, changedAt, untilReady(start, draft.at));
  }
}

export function giveUpWaiting(draft: Draft, start: Start): void {
  const afterMs = draft.at - start.run.startedAt;
  failStart(draft, start, { kind: "ready-timeout", afterMs, lastAnswer: start.lastAnswer });
}

/** A candidate that fails leaves everything as it was; in the main place something else must be found. */
export function failStart(draft: Draft, start: Start, why: CandidateFailure): void {
  const { candidate } = draft.state;
  if (candidate.kind !== "starting" || !isSame(candidate.start, start)) {
    recoverFromFailedStart(draft, start, why);
    return;
  }
  const { run } = start;
  update(draft, { candidate: { kind: "none" } });
  command(draft, { kind: "stop-readiness", generation: run.generation });
  discard(draft, run, null);
  announceFailure(draft, run, why);
  if (draft.state.standing?.id !== run.artifact.id) quarantineArtifact(draft, run.artifact);
  loseCure(draft, run);
}

function isSame(one: Start, other: Start): boolean {
  return one.run.generation === other.run.generation;
}

/** The unhealthy generation's replacement failed: nothing further can be done for it. */
function loseCure(draft: Draft, run: Run): void {
  const { health } = draft.state;
  if (health.kind !== "sick" || health.cure.purpose !== run.purpose) return;
  update(draft, { health: { kind: "hopeless", detail: health.detail } });
}
