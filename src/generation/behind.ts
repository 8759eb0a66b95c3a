import { unreachable } from "#base/assert.js";
import { formatDuration, type Instant } from "#base/time.js";
import type { BuildFailure } from "#model/build-failure.js";
import { contentOf } from "./decide/served.js";
import type { Canary, Candidate, Main, Next } from "./place.js";
import { isPaused, type State } from "./state.js";

/** Why the newest content does not serve, in words; null when it does (I4). */
export function behind(state: State, now: Instant): string | null {
  const { main, life, inputs } = state;
  if (life.kind === "stopping" || life.kind === "leaving" || life.kind === "left")
    return "stopping";
  if (main.kind === "serving" && servesWanted(state, main)) return null;
  return wayOf(state, now) ?? standstill(state) ?? whyNot(state, inputs.wanted === null);
}

function servesWanted(state: State, main: Extract<Main, { kind: "serving" }>): boolean {
  const { inputs } = state;
  const { artifact } = main.run;
  if (inputs.outcome.kind === "recorded") return artifact.id === state.boot.readyMade || holds();
  if (inputs.outcome.kind === "built" && inputs.outcome.artifact === artifact.id) return true;
  return holds();

  function holds(): boolean {
    const content = contentOf(state, artifact);
    return content !== null && content === inputs.wanted;
  }
}

/** What is under way. */
function wayOf(state: State, now: Instant): string | null {
  const { build, candidate, main, next } = state;
  if (next !== null && isPaused(state)) return "updates are paused";
  const start =
    candidate.kind === "starting" ? candidate.start : main.kind === "starting" ? main.start : null;
  if (build.kind !== "none") {
    const verb = build.kind === "running" ? "is running" : "is being cancelled";
    return `build ${build.build} ${verb} since ${formatDuration(now - build.since)}`;
  }
  if (start !== null) {
    const { generation, artifact, startedAt } = start.run;
    const since = formatDuration(now - startedAt);
    return `generation ${generation} of artifact ${artifact.id} is starting since ${since}`;
  }
  if (candidate.kind === "canary") return canary(candidate, now);
  return waitingCandidate(candidate) ?? succession(main) ?? (next === null ? null : starts(next));
}

function canary({ run, percent, since }: Canary, now: Instant): string {
  const its = `generation ${run.generation} of artifact ${run.artifact.id}`;
  return percent === 0
    ? `${its} is a canary with a weight of 0: promote it, roll it back, or give it a weight`
    : `${its} gets ${percent} % of new connections since ${formatDuration(now - since)}`;
}

function waitingCandidate(candidate: Candidate): string | null {
  if (candidate.kind === "measuring") return "free memory is being measured";
  if (candidate.kind !== "held") return null;
  const { memory, neededBytes, next } = candidate;
  const free = memory.limitBytes - memory.usedBytes;
  return (
    `artifact ${next.artifact.id} is held: it needs ${bytes(neededBytes)} of memory, ` +
    `${bytes(free)} of ${bytes(memory.limitBytes)} are free`
  );
}

function succession(main: Main): string | null {
  if (main.kind !== "ending" || main.successor === null) return null;
  return `generation ${main.retiree.run.generation} ends before ${starts(main.successor)}`;
}

function starts({ artifact }: Next): string {
  return `artifact ${artifact.id} starts`;
}

function standstill({ main, quarantine }: State): string | null {
  const givenUp =
    (main.kind === "down" && main.why === "gave-up") ||
    (main.kind === "ending" && main.successor === null);
  if (!givenUp) return null;
  const failed = quarantine.at(-1)?.artifact;
  return `${failed === null || failed === undefined ? "the service" : `artifact ${failed}`} failed; waiting for a change`;
}

function whyNot(state: State, unread: boolean): string {
  const { inputs } = state;
  if (unread) {
    return inputs.reading.kind === "reading"
      ? "the inputs are being read"
      : "the inputs cannot be read";
  }
  switch (inputs.outcome.kind) {
    case "recorded":
      return "artifact of an earlier run serves until the inputs change";
    case "unbuilt":
      return isPaused(state) ? "updates are paused" : "waiting for the changes to pause";
    case "failed":
      return failureInWords(inputs.outcome.failure);
    case "quarantined":
      return `content ${inputs.wanted} failed before and is not tried again until it changes`;
    case "built":
      return `artifact ${inputs.outcome.artifact} failed`;
    default:
      return unreachable(inputs.outcome);
  }
}

function failureInWords(failure: BuildFailure): string {
  switch (failure.kind) {
    case "command":
      return "its build failed";
    case "timeout":
      return "its build took too long";
    case "incomplete":
      return `its input is not complete yet: ${failure.detail}`;
    case "unusable":
      return `its build result cannot run here: ${failure.detail}`;
    case "store":
      return `its build result could not be stored: ${failure.detail}`;
    default:
      return unreachable(failure);
  }
}

function bytes(count: number): string {
  return `${Math.ceil(count / 2 ** 20)}Mi`;
}
