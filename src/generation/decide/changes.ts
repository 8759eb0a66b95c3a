/** Noticing changes: a change is a change of content, and the newest content read is what is wanted (I4). */
import {
  announce,
  command,
  type Draft,
  nextNumber,
  update,
  updateInputs,
} from "#generation/draft.js";
import { isPaused, type Outcome } from "#generation/state.js";
import type { Artifact, ContentId } from "#model/generation.js";
import type { Happening } from "#model/happening.js";
import { discardCandidate, proposeNext } from "./candidate.js";
import { launchMain } from "./launch.js";
import { isContentQuarantined, liftQuarantine } from "./quarantine.js";
import { comingArtifacts, contentOf, mainHolds } from "./served.js";

/** What is ready-made starts at once; the inputs are read in any case, to know a change when it comes. */
export function onStarted(draft: Draft, image: Artifact | null, lastGood: Artifact | null): void {
  const { policy, boot } = draft.state;
  if (draft.state.life.kind !== "unstarted") return;
  const fromLastGood = policy.boot === "last-good" ? lastGood : null;
  const first = fromLastGood ?? image;
  const otherwise = first?.id === image?.id ? null : image;
  update(draft, {
    life: { kind: "running" },
    boot: { ...boot, image, readyMade: first?.id ?? null },
    lastGood,
    previous: otherwise,
  });
  if (first !== null) {
    launchMain(draft, { artifact: first, purpose: "first", changedAt: null, built: null }, null);
  }
  readInputs(draft);
}

export function onChangeNoticed(draft: Draft): void {
  const { noticedAt } = draft.state.inputs;
  updateInputs(draft, { noticedAt: noticedAt ?? draft.at, lastNoticeAt: draft.at });
  readInputs(draft);
}

/** One reading at a time; what is noticed meanwhile is read right after. */
export function readInputs(draft: Draft): void {
  const { reading } = draft.state.inputs;
  if (reading.kind === "reading") {
    updateInputs(draft, { reading: { ...reading, after: "again" } });
    return;
  }
  const ticket = nextNumber(draft, "ticket");
  updateInputs(draft, { reading: { kind: "reading", ticket, after: "rest" } });
  command(draft, { kind: "read-inputs", ticket });
}

export function onInputsRead(
  draft: Draft,
  event: Extract<Happening, { readonly kind: "inputs-read" }>,
): void {
  const { reading, noticedAt } = draft.state.inputs;
  if (reading.kind !== "reading" || reading.ticket !== event.ticket) return;
  updateInputs(draft, { reading: { kind: "idle" } });
  if (reading.after === "again") {
    readInputs(draft);
  } else {
    updateInputs(draft, { noticedAt: null });
  }
  const { baseline } = draft.state.boot;
  if (baseline.kind === "awaited") {
    recordBaseline(draft, event.content);
  } else if (event.content === null) {
    if (draft.state.inputs.reload === "asked") reloadUnread(draft);
  } else if (event.content !== draft.state.inputs.wanted) {
    announce(draft, { kind: "change-seen", content: event.content, files: event.changed });
    want(draft, event.content, noticedAt ?? draft.at);
    if (event.midSave) waitForTheRest(draft);
  } else {
    lookAgain(draft);
  }
}

/** The first reading: what a ready-made artifact stands for, or else the first thing to build. */
function recordBaseline(draft: Draft, content: ContentId | null): void {
  update(draft, { boot: { ...draft.state.boot, baseline: { kind: "read", content } } });
  if (content === null) return;
  if (draft.state.boot.readyMade !== null) {
    updateInputs(draft, { wanted: content, outcome: { kind: "recorded" } });
  } else {
    updateInputs(draft, { wanted: content, outcome: { kind: "unbuilt" } });
  }
}

/** An input that was not whole may be whole now although it reads the same. */
function lookAgain(draft: Draft): void {
  const { outcome } = draft.state.inputs;
  if (outcome.kind === "failed" && outcome.failure.kind === "incomplete") {
    updateInputs(draft, { outcome: { kind: "unbuilt" } });
  }
}

function want(draft: Draft, content: ContentId, changedAt: number): void {
  const { build, inputs } = draft.state;
  updateInputs(draft, { wanted: content, unservedSince: inputs.unservedSince ?? changedAt });
  if (build.kind !== "none" && build.newerSince === null) {
    update(draft, { build: { ...build, newerSince: changedAt } });
  }
  const outcome = judge(draft, content);
  if (outcome === "serving") {
    settleOnMain(draft, content);
    announce(draft, { kind: "change-unbuilt", content, why: "serving" });
    return;
  }
  updateInputs(draft, { outcome });
  if (outcome.kind === "quarantined") {
    announce(draft, { kind: "change-unbuilt", content, why: "quarantined" });
  } else if (outcome.kind === "unbuilt" && isPaused(draft.state)) {
    announce(draft, { kind: "change-unbuilt", content, why: "paused" });
  } else {
    updateInputs(draft, { gate: "closed" });
  }
}

/** Nothing is built from what is half saved: it counts as a burst, which ends when nothing more has come for a while. */
function waitForTheRest(draft: Draft): void {
  if (draft.state.inputs.outcome.kind === "unbuilt") updateInputs(draft, { pace: "burst" });
}

function judge(draft: Draft, content: ContentId): Outcome | "serving" {
  const { state } = draft;
  if (isContentQuarantined(state, content)) return { kind: "quarantined" };
  const coming = comingArtifacts(state).find((one) => contentOf(state, one) === content);
  if (coming !== undefined) return { kind: "built", artifact: coming.id };
  return mainHolds(state, content) ? "serving" : { kind: "unbuilt" };
}

/** The inputs say again what the main place holds: everything under way for other content is given up. */
export function settleOnMain(draft: Draft, content: ContentId): void {
  updateInputs(draft, {
    wanted: content,
    outcome: { kind: "recorded" },
    unservedSince: null,
    pace: "calm",
    gate: "open",
  });
  if (draft.state.next?.purpose === "update") update(draft, { next: null });
  discardCandidate(draft, "update");
}

/** SIGUSR2, `ctl reload`: everything is tried anew, even what failed and what did not change. */
export function onReloadRequested(draft: Draft): void {
  liftQuarantine(draft);
  updateInputs(draft, { reload: "asked" });
  readInputs(draft);
}

/** There is nothing to build from: a fresh generation of what stands. */
function reloadUnread(draft: Draft): void {
  updateInputs(draft, { reload: "none" });
  const artifact = draft.state.standing ?? draft.state.boot.image;
  if (artifact !== null) {
    proposeNext(draft, { artifact, purpose: "reload", changedAt: null, built: null });
  }
}
