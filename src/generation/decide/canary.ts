/**
 * A candidate that is ready gets a share of new connections first. While it does, the generation before serves all others:
 * it was never steered away from, so going back to it costs nothing. There is a canary only while another one serves.
 */
import type { Instant } from "#base/time.js";
import { announce, command, type Draft, update } from "#generation/draft.js";
import type { Canary, Run, Serving, Start } from "#generation/place.js";
import type { State } from "#generation/state.js";
import type { GenerationId } from "#model/generation.js";
import type { CandidateFailure, Withdrawal } from "#model/notice.js";
import { keepArtifacts, openGate, promote } from "./promote.js";
import { quarantineArtifact } from "./quarantine.js";
import { discard, retire } from "./retire.js";

/** What is new is tried on a few first. What mends a failure is not, nor what comes beside a generation in doubt. */
export function startsAsCanary(state: State, { purpose }: Run): boolean {
  const { policy, facts, main, health } = state;
  const { percent, forMs } = policy.canary;
  const isSet = percent > 0 && percent < 100 && forMs > 0;
  const isPossible = facts.weighs && policy.handover !== "restart";
  const isNew = purpose === "update" || purpose === "reload";
  return isSet && isPossible && isNew && main.kind === "serving" && health.kind === "well";
}

export function beginCanary(draft: Draft, { run, changedAt }: Start, beside: GenerationId): void {
  const { policy } = draft.state;
  const { percent, forMs } = policy.canary;
  const { generation, artifact } = run;
  const liveness = { askedAt: draft.at, answer: "none-due", failures: 0 } as const;
  const canary: Canary = { kind: "canary", run, changedAt, since: draft.at, percent, liveness };
  update(draft, { candidate: canary });
  command(draft, { kind: "share", generation, percent });
  announce(draft, { kind: "canary-started", generation, artifact, beside, percent, forMs });
  if (policy.liveness !== null) askCanary(draft, canary);
  openGate(draft, run);
  keepArtifacts(draft);
}

/** When its time is over; null: never while its share is 0, nor while it is not known to be well. */
export function canaryDeadline({ policy }: State, canary: Canary): Instant | null {
  const { answer, failures } = canary.liveness;
  const inDoubt = policy.liveness !== null && (answer === "awaited" || failures > 0);
  return canary.percent === 0 || inDoubt ? null : canary.since + policy.canary.forMs;
}

export function promoteCanary(draft: Draft, { run, changedAt }: Canary): void {
  promote(draft, run, changedAt);
}

export function onPromoteRequested(draft: Draft): void {
  const { candidate } = draft.state;
  if (candidate.kind === "canary") promoteCanary(draft, candidate);
}

/** The setting counts at once. */
export function reweigh(draft: Draft): void {
  const { candidate, policy } = draft.state;
  const { percent } = policy.canary;
  if (candidate.kind !== "canary" || candidate.percent === percent) return;
  if (percent >= 100) {
    promoteCanary(draft, candidate);
    return;
  }
  const { generation } = candidate.run;
  update(draft, { candidate: { ...candidate, percent } });
  command(draft, { kind: "share", generation, percent });
  announce(draft, { kind: "canary-weighed", generation, percent });
}

/** It ended, answers badly, or a person does not want it: everything new goes to the old one, and it is not tried again. */
export function failCanary(
  draft: Draft,
  canary: Canary,
  why: CandidateFailure | { readonly kind: "requested" },
): void {
  const { main, standing } = draft.state;
  const { generation, artifact: from } = canary.run;
  const to = main.kind === "serving" ? main.run.artifact : from;
  const servedMs = draft.at - canary.since;
  giveBack(draft, canary);
  if (standing?.id !== from.id) quarantineArtifact(draft, from);
  announce(draft, { kind: "rolled-back", generation, from, to, why, servedMs, way: "warm" });
}

/** It makes room, without any blame. */
export function withdrawCanary(draft: Draft, canary: Canary, why: Withdrawal): void {
  const { generation } = canary.run;
  const servedMs = draft.at - canary.since;
  giveBack(draft, canary);
  announce(draft, { kind: "canary-withdrawn", generation, why, servedMs });
}

function giveBack(draft: Draft, { run }: Canary): void {
  const { main } = draft.state;
  update(draft, { candidate: { kind: "none" } });
  if (main.kind === "serving") command(draft, { kind: "steer", generation: main.run.generation });
  if (run.process.kind === "exited") discard(draft, run, null);
  else retire(draft, run);
}

/** Who kept the rest has failed: the canary is ready, and nothing is quicker. */
export function takeOver(draft: Draft, canary: Canary, lost: Serving, why: CandidateFailure): void {
  const { generation, artifact } = canary.run;
  const from = lost.run.generation;
  announce(draft, { kind: "canary-took-over", generation, from, why });
  const onTrial = lost.trial === "probation" && draft.state.policy.rollback;
  if (onTrial && lost.run.artifact.id !== artifact.id) quarantineArtifact(draft, lost.run.artifact);
  promoteCanary(draft, canary);
}

export function askCanary(draft: Draft, canary: Canary): void {
  const liveness = { ...canary.liveness, askedAt: draft.at, answer: "awaited" } as const;
  update(draft, { candidate: { ...canary, liveness } });
  command(draft, { kind: "probe-liveness", generation: canary.run.generation });
}

/** `failures`: bad answers in a row with this one; too many send everything back. */
export function judgeCanary(draft: Draft, canary: Canary, failures: number, detail: string): void {
  const { liveness: policy } = draft.state.policy;
  const liveness = { ...canary.liveness, answer: "none-due", failures } as const;
  const judged: Canary = { ...canary, liveness };
  update(draft, { candidate: judged });
  if (policy === null || failures < policy.failures) return;
  announce(draft, { kind: "unhealthy", generation: canary.run.generation, failures, detail });
  failCanary(draft, judged, { kind: "unhealthy", detail });
}
