import { type Draft, update } from "#generation/draft.js";
import type { Artifact } from "#model/generation.js";
import { readInputs } from "./changes.js";
import { launchMain } from "./launch.js";

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
