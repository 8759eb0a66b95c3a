/** Asks the serving generation whether it is well. Only what no fresh generation cures turns liveness red (I3). */
import type { Instant } from "#base/time.js";
import { announce, command, type Draft, update } from "#generation/draft.js";
import type { Liveness, Serving } from "#generation/place.js";
import type { State } from "#generation/state.js";
import type { GenerationId } from "#model/generation.js";
import { judgeCanary, takeOver } from "./canary.js";
import { leaveFor, rollbackTarget } from "./recover.js";

export function livenessDeadline({ policy }: State, known: Liveness): Instant | null {
  const { liveness } = policy;
  if (liveness === null || known.answer === "awaited") return null;
  return known.askedAt + liveness.periodMs;
}

export function askLiveness(draft: Draft, main: Serving): void {
  const liveness = { ...main.liveness, askedAt: draft.at, answer: "awaited" } as const;
  update(draft, { main: { ...main, liveness } });
  command(draft, { kind: "probe-liveness", generation: main.run.generation });
}

export function onLivenessAnswered(
  draft: Draft,
  generation: GenerationId,
  answer: { readonly good: boolean; readonly detail: string },
): void {
  const { main, policy, life, candidate } = draft.state;
  if (candidate.kind === "canary" && candidate.run.generation === generation) {
    if (candidate.liveness.answer !== "awaited") return;
    const failures = answer.good ? 0 : candidate.liveness.failures + 1;
    judgeCanary(draft, candidate, failures, answer.detail);
    return;
  }
  if (main.kind !== "serving" || main.run.generation !== generation) return;
  if (main.liveness.answer !== "awaited" || life.kind !== "running") return;
  const failures = answer.good ? 0 : main.liveness.failures + 1;
  const tooMany = policy.liveness !== null && failures >= policy.liveness.failures;
  const liveness = {
    ...main.liveness,
    answer: "none-due",
    failures: tooMany ? 0 : failures,
  } as const;
  const asked: Serving = { ...main, liveness };
  update(draft, { main: asked });
  if (answer.good) recover(draft);
  else if (tooMany) fallSick(draft, asked, failures, answer.detail);
}

/** It answers well again by itself. A rollback that was decided goes on all the same. */
function recover(draft: Draft): void {
  const { health } = draft.state;
  if (health.kind === "sick" && health.cure.purpose === "rollback") return;
  update(draft, { health: { kind: "well" } });
}

function fallSick(draft: Draft, main: Serving, failures: number, detail: string): void {
  const { health } = draft.state;
  if (health.kind === "sick" || health.kind === "hopeless") return;
  const { run } = main;
  announce(draft, { kind: "unhealthy", generation: run.generation, failures, detail });
  const { candidate } = draft.state;
  // When both answer badly, the reason is likely to be outside: the new one is judged by itself first.
  if (candidate.kind === "canary" && candidate.liveness.failures === 0) {
    takeOver(draft, candidate, main, { kind: "unhealthy", detail });
    return;
  }
  const back = rollbackTarget(draft.state, main);
  if (back !== null) {
    const cure = leaveFor(draft, main, back, { kind: "unhealthy", detail });
    if (cure !== null) update(draft, { health: { kind: "sick", cure, detail } });
  } else if (health.kind === "renewed") {
    update(draft, { health: { kind: "hopeless", detail } });
  } else {
    const cure = {
      artifact: run.artifact,
      purpose: "liveness",
      changedAt: null,
      built: null,
    } as const;
    update(draft, { health: { kind: "sick", cure, detail } });
  }
}

/** As soon as nothing newer is on its way, the cure is tried. */
export function planCure(draft: Draft): void {
  const { health, main, candidate, next } = draft.state;
  if (health.kind !== "sick" || main.kind !== "serving") return;
  if (candidate.kind === "none" && next === null) update(draft, { next: health.cure });
}
