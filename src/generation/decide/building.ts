/** One build at a time (I2), always of the newest content, cancelled when newer comes, unless that starves it. */

import type { Instant } from "#base/time.js";
import {
  announce,
  command,
  type Draft,
  nextNumber,
  update,
  updateInputs,
} from "#generation/draft.js";
import { type Build, type BuildOrder, isPaused, type State } from "#generation/state.js";
import type { BuildFailure } from "#model/build-failure.js";
import type { Artifact, ContentId } from "#model/generation.js";
import { discardCandidate, proposeNext } from "./candidate.js";
import { settleOnMain } from "./changes.js";
import { isQuarantined } from "./quarantine.js";
import { adoptContent, comingArtifacts, mainArtifact } from "./served.js";

interface Demand {
  readonly content: ContentId;
  readonly purpose: "update" | "reload";
}

/** What is to be built now, if anything. */
function demand(state: State): Demand | null {
  const { inputs } = state;
  if (inputs.wanted === null) return null;
  if (inputs.reload === "asked" && inputs.reading.kind === "idle") {
    return { content: inputs.wanted, purpose: "reload" };
  }
  if (inputs.outcome.kind !== "unbuilt" || isPaused(state)) return null;
  return { content: inputs.wanted, purpose: "update" };
}

export function planBuild(draft: Draft): void {
  const wanted = demand(draft.state);
  const { build } = draft.state;
  if (build.kind === "cancelling") return;
  if (build.kind === "none") {
    if (wanted !== null && draft.at >= burstEndsAt(draft.state)) startBuild(draft, wanted);
  } else if (wanted === null) {
    if (isUnwanted(draft.state, build)) cancelBuild(draft, build);
  } else if (wanted.content === build.content) {
    if (wanted.purpose === "reload") adoptReload(draft, build);
  } else if (!isStarved(draft)) {
    updateInputs(draft, { pace: "burst" });
    cancelBuild(draft, build);
  }
}

/** A reload goes on while updates are paused; neither goes on when the inputs say something else. */
function isUnwanted(state: State, build: BuildOrder): boolean {
  return build.purpose === "update" || build.content !== state.inputs.wanted;
}

/** When a burst of changes is taken to be over. While the inputs are being read, only its length ends it. */
export function burstEndsAt(state: State): Instant {
  const { pace, reading, lastNoticeAt, unservedSince } = state.inputs;
  if (pace === "calm") return Number.NEGATIVE_INFINITY;
  const { debounceMs, starveLimitMs } = state.policy;
  const starvedAt = (unservedSince ?? Number.NEGATIVE_INFINITY) + starveLimitMs;
  const quietAt = (lastNoticeAt ?? Number.NEGATIVE_INFINITY) + debounceMs;
  return reading.kind === "idle" ? Math.min(quietAt, starvedAt) : starvedAt;
}

/** The end of a burst, when something waits for it. */
export function burstDeadline(state: State): Instant | null {
  if (state.life.kind !== "running" || state.build.kind !== "none") return null;
  if (state.inputs.pace === "calm") return null;
  const at = burstEndsAt(state);
  return demand(state) === null || !Number.isFinite(at) ? null : at;
}

function isStarved(draft: Draft): boolean {
  const { inputs, policy } = draft.state;
  const since = inputs.unservedSince ?? draft.at;
  return draft.at - since >= policy.starveLimitMs;
}

function startBuild(draft: Draft, { content, purpose }: Demand): void {
  const build = nextNumber(draft, "build");
  const changedAt = draft.state.inputs.unservedSince;
  const order: BuildOrder = {
    build,
    content,
    purpose,
    since: draft.at,
    changedAt,
    newerSince: null,
  };
  update(draft, { build: { kind: "running", ...order } });
  updateInputs(draft, { pace: "calm", reload: "none", outcome: { kind: "unbuilt" } });
  command(draft, { kind: "start-build", build, content });
  announce(draft, { kind: "build-started", build, content });
}

function adoptReload(draft: Draft, build: Extract<Build, { kind: "running" }>): void {
  update(draft, { build: { ...build, purpose: "reload" } });
  updateInputs(draft, { reload: "none", outcome: { kind: "unbuilt" } });
}

function cancelBuild(draft: Draft, build: Extract<Build, { kind: "running" }>): void {
  command(draft, { kind: "cancel-build", build: build.build });
  update(draft, { build: { ...build, kind: "cancelling", why: "unwanted" } });
  if (build.purpose === "reload") updateInputs(draft, { reload: "asked" });
}

/** Its time is over. */
export function timeOutBuild(draft: Draft): void {
  const { build } = draft.state;
  if (build.kind !== "running") return;
  command(draft, { kind: "cancel-build", build: build.build });
  update(draft, { build: { ...build, kind: "cancelling", why: "timeout" } });
}

/** The program ends: what is being built is for nobody. */
export function abandonBuild(draft: Draft): void {
  const { build } = draft.state;
  if (build.kind === "running") cancelBuild(draft, build);
}

export function onBuildCancelled(draft: Draft, number: number): void {
  const { build } = draft.state;
  if (build.kind !== "cancelling" || build.build !== number) return;
  if (build.why === "timeout") {
    onBuildFailed(draft, number, { kind: "timeout", output: "" });
    return;
  }
  update(draft, { build: { kind: "none" } });
  announce(draft, { kind: "build-cancelled", build: number, tookMs: draft.at - build.since });
}

export function onBuildFailed(draft: Draft, number: number, failure: BuildFailure): void {
  const { build } = draft.state;
  if (build.kind === "none" || build.build !== number) return;
  update(draft, { build: { kind: "none" } });
  const tookMs = draft.at - build.since;
  const { inputs } = draft.state;
  if (build.kind === "cancelling" && build.why === "unwanted") {
    announce(draft, { kind: "build-cancelled", build: number, tookMs });
    return;
  }
  announce(draft, { kind: "build-failed", build: number, failure, tookMs });
  if (build.content === inputs.wanted && inputs.outcome.kind === "unbuilt") {
    updateInputs(draft, { outcome: { kind: "failed", failure }, unservedSince: null });
  }
}

export function onBuildSucceeded(draft: Draft, number: number, artifact: Artifact): void {
  const { build, inputs } = draft.state;
  if (build.kind === "none" || build.build !== number) return;
  update(draft, { build: { kind: "none" } });
  const tookMs = draft.at - build.since;
  const newest = build.content === inputs.wanted && inputs.outcome.kind === "unbuilt";
  if (build.kind === "cancelling" && !newest) {
    announce(draft, { kind: "build-cancelled", build: number, tookMs });
    return;
  }
  announce(draft, { kind: "build-succeeded", build: number, artifact, tookMs });
  updateInputs(draft, { unservedSince: build.newerSince });
  if (newest) {
    const outcome = { kind: "built", artifact: artifact.id } as const;
    updateInputs(draft, { outcome, pace: "calm" });
    if (build.purpose === "reload") updateInputs(draft, { reload: "none" });
  }
  if (draft.state.life.kind === "running") useResult(draft, build, artifact, newest);
}

function useResult(draft: Draft, build: BuildOrder, artifact: Artifact, newest: boolean): void {
  const { state } = draft;
  const { changedAt } = build;
  const built = { from: build.since, to: draft.at };
  if (build.purpose === "reload") {
    proposeNext(draft, { artifact, purpose: "reload", changedAt, built });
  } else if (isQuarantined(state, artifact)) {
    announce(draft, { kind: "change-unbuilt", content: build.content, why: "quarantined" });
    if (newest) updateInputs(draft, { outcome: { kind: "quarantined" } });
  } else if (comingArtifacts(state).some((coming) => coming.id === artifact.id)) {
    adoptContent(draft, artifact);
  } else if (mainArtifact(state)?.id === artifact.id) {
    adoptContent(draft, artifact);
    announce(draft, { kind: "artifact-unchanged", artifact });
    if (newest) settleOnMain(draft, build.content);
    else discardCandidate(draft, "update");
  } else {
    proposeNext(draft, { artifact, purpose: "update", changedAt, built });
  }
}
