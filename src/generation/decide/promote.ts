/** New connections go to it from now on, and the one before retires. */
import type { Instant } from "#base/time.js";
import { announce, command, type Draft, update, updateInputs } from "#generation/draft.js";
import { drifted, nextBoot } from "#generation/next-boot.js";
import type { Main, Retiree, Run, Serving, Start } from "#generation/place.js";
import { candidateRun } from "#generation/places.js";
import type { State } from "#generation/state.js";
import type { Artifact, ArtifactId, GenerationId } from "#model/generation.js";
import type { Notice } from "#model/notice.js";
import type { UntilReady } from "#model/swap-timing.js";
import { isQuarantined } from "./quarantine.js";
import { enforceMaxDraining, releaseSockets, retire } from "./retire.js";
import { comingArtifacts, contentOf } from "./served.js";

/** `changedAt`: the oldest change it serves; null when no change led to it. `timing`: see the notice `promoted`. */
export function promote(
  draft: Draft,
  run: Run,
  changedAt: Instant | null,
  timing: UntilReady | null = null,
): void {
  const changeMs = changedAt === null ? null : draft.at - changedAt;
  takeMainPlace(draft, begun(draft, run), { swapMs: draft.at - run.startedAt, changeMs, timing });
}

function begun({ at, state: { standing, lastGood } }: Draft, run: Run): Serving {
  const good = standing?.id === run.artifact.id && lastGood?.id === run.artifact.id;
  return serving(run, at, good ? "proved" : "probation");
}

/** One that was about to leave serves again, at once. */
export function promoteAgain(draft: Draft, retiree: Retiree): void {
  const { run } = retiree;
  const { retiring, lastGood } = draft.state;
  update(draft, { retiring: retiring.filter((one) => one !== retiree) });
  const trial = lastGood?.id === run.artifact.id ? "proved" : "probation";
  const again = serving({ ...run, purpose: "rollback" }, draft.at, trial);
  takeMainPlace(draft, again, { swapMs: null, changeMs: null, timing: null });
}

function serving(run: Run, since: Instant, trial: Serving["trial"]): Serving {
  const liveness = { askedAt: since, answer: "none-due", failures: 0 } as const;
  return { kind: "serving", run: { ...run, served: true }, since, trial, liveness };
}

/** New connections go to it, and who served before leaves. */
function takeMainPlace(
  draft: Draft,
  now: Serving,
  took: Pick<Extract<Notice, { kind: "promoted" }>, "swapMs" | "changeMs" | "timing">,
): void {
  const before = draft.state.main;
  const { generation, artifact, purpose } = now.run;
  enter(draft, now);
  const asked = steer(draft, now.run);
  if (before.kind !== "starting" || before.start.run.generation !== generation) {
    vacate(draft, before);
  }
  const previous = before.kind === "serving" ? before.run.generation : null;
  announce(draft, { kind: "promoted", generation, previous, artifact, ...took });
  const { timing } = took;
  const switching = timing === null ? null : { generation, ...timing, readyAt: draft.at };
  update(draft, { timing: { ...draft.state.timing, switching } });
  if (!asked) onSteered(draft, generation);
  openGate(draft, now.run);
  update(draft, { health: { kind: purpose === "liveness" ? "renewed" : "well" } });
  announceDrift(draft, artifact);
  keepArtifacts(draft);
}

function enter(draft: Draft, serving: Serving): void {
  const { run } = serving;
  const { state } = draft;
  const { standing, candidate } = state;
  const same = standing?.id === run.artifact.id;
  const wasCandidate = candidateRun(candidate)?.generation === run.generation;
  update(draft, {
    main: serving,
    candidate: wasCandidate ? { kind: "none" } : candidate,
    previous: same ? state.previous : rollbackTo(state, run.artifact),
    standing: run.artifact,
    firstReadyAt: state.firstReadyAt ?? draft.at,
  });
}

/** What a rollback from that artifact puts back: what stood before it, else what was good before that. */
function rollbackTo(state: State, artifact: Artifact): Artifact | null {
  const usable = [state.standing, state.previous, state.lastGood].find(
    (one) => one !== null && one.id !== artifact.id && !isQuarantined(state, one),
  );
  return usable ?? null;
}

/** False: new connections go there already. */
function steer(draft: Draft, run: Run): boolean {
  if (draft.state.steered === run.sockets) return false;
  command(draft, { kind: "steer", generation: run.generation });
  update(draft, { steered: run.sockets });
  return true;
}

/** Of a start that is ready at that instant; null: no build of a change led to it. */
export function untilReady(start: Start, readyAt: Instant): UntilReady | null {
  const { changedAt, built, run } = start;
  if (changedAt === null || built === null) return null;
  const spawnedAt = start.spawnedAt ?? run.startedAt;
  return {
    noticeMs: built.from - changedAt,
    buildMs: built.to - built.from,
    startMs: spawnedAt - built.to,
    readyMs: readyAt - spawnedAt,
  };
}

/** New connections go to the generation from now on. */
export function onSteered(draft: Draft, generation: GenerationId): void {
  const { switching } = draft.state.timing;
  if (switching?.generation !== generation) return;
  const { readyAt, ...parts } = switching;
  const last = { ...parts, switchMs: draft.at - readyAt };
  update(draft, { timing: { switching: null, last } });
  const { generation: _, ...timing } = last;
  announce(draft, { kind: "update-timed", generation, timing });
}

/** Who was in the main place retires, in whatever stage of its life it is. */
function vacate(draft: Draft, before: Main): void {
  switch (before.kind) {
    case "serving":
      retire(draft, before.run);
      break;
    case "starting":
      command(draft, { kind: "stop-readiness", generation: before.start.run.generation });
      retire(draft, before.start.run);
      break;
    case "ending":
      update(draft, { retiring: [...draft.state.retiring, before.retiree] });
      enforceMaxDraining(draft);
      break;
    case "down":
      releaseSockets(draft, before.sockets);
  }
}

/** Ready again with `readiness: hold`: the newest content serves, or the old one is back on purpose. */
export function openGate(draft: Draft, run: Run): void {
  const { inputs } = draft.state;
  const built = inputs.outcome.kind === "built" && inputs.outcome.artifact === run.artifact.id;
  const newest = built || contentOf(draft.state, run.artifact) === inputs.wanted;
  if (newest || run.purpose === "rollback") updateInputs(draft, { gate: "open" });
}

function announceDrift(draft: Draft, running: Artifact): void {
  if (!drifted(draft.state, running)) return;
  announce(draft, { kind: "drift", running, nextBoot: nextBoot(draft.state) });
}

/** It has served through probation without a failure. */
export function passProbation(draft: Draft, main: Serving): void {
  const { artifact, generation } = main.run;
  update(draft, { main: { ...main, trial: "proved" }, lastGood: artifact });
  announce(draft, { kind: "probation-passed", generation, artifact });
  command(draft, { kind: "mark-good", artifact: artifact.id });
  keepArtifacts(draft);
}

/** What runs, what is about to run and what may be gone back to. */
export function keepArtifacts(draft: Draft): void {
  const { state } = draft;
  const { standing, previous, lastGood, retiring } = state;
  const ids = new Set<ArtifactId>();
  for (const { id } of comingArtifacts(state)) ids.add(id);
  for (const one of [standing, previous, lastGood]) if (one !== null) ids.add(one.id);
  for (const { run } of retiring) ids.add(run.artifact.id);
  command(draft, { kind: "keep-artifacts", artifacts: [...ids] });
}
