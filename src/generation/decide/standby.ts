/** The generation before waits, ready, for as long as the one that took its place is on probation: going back is one step. */

import { headroomBytes, type Policy } from "#config/policy.js";
import { announce, type Draft } from "#generation/draft.js";
import type { Farewell, Retiree, Run } from "#generation/place.js";
import type { State } from "#generation/state.js";
import type { Artifact, GenerationId } from "#model/generation.js";
import type { MemoryReading } from "#model/memory-reading.js";
import { advance, changeRetiree } from "./retire.js";

/** Whether that generation, were it standing by, should. Nothing on its way may need its memory or take its place. */
export function mayStandBy(state: State, run: Run): boolean {
  const { life, policy, main, candidate, next, build } = state;
  if (life.kind !== "running" || !policy.standby || !policy.rollback) return false;
  if (main.kind !== "serving" || main.trial !== "probation") return false;
  const alone = candidate.kind === "none" && next === null && build.kind === "none";
  return alone && isAble(policy, run) && isAble(policy, main.run) && isWayBack(state, run);
}

/** Its clients go to whoever serves: they are hotpod's own, or the service knows how to give them away and to take them back. */
function isAble({ handover }: Policy, { standsBy }: Run): boolean {
  return handover === "proxy" || (handover === "inherit" && standsBy);
}

/** A rollback would put its artifact back, and its process is there. */
function isWayBack({ previous }: State, run: Run): boolean {
  return previous?.id === run.artifact.id && run.process.kind === "alive";
}

/** Whoever stands by for nothing is asked to end. */
export function dismissStandBys(draft: Draft): void {
  for (const { run, phase } of draft.state.retiring) {
    if (phase.kind === "standing-by" && !mayStandBy(draft.state, run)) dismiss(draft, run);
  }
}

function dismiss(draft: Draft, { generation }: Run): void {
  changeRetiree(draft, generation, (retiree) => advance(draft, retiree));
}

/** It was measured because it stands by: memory that is needed is not spent on a way back. */
export function onStandByMeasured(
  draft: Draft,
  generation: GenerationId,
  memory: MemoryReading | null,
): void {
  const standing = draft.state.retiring.find(({ run }) => run.generation === generation);
  if (standing?.phase.kind !== "standing-by" || memory === null) return;
  const neededBytes = headroomBytes(draft.state.policy.memory.headroom, memory.limitBytes);
  if (memory.limitBytes - memory.usedBytes >= neededBytes) return;
  const then = "end-stand-by";
  announce(draft, { kind: "memory-short", generation, memory, neededBytes, then });
  dismiss(draft, standing.run);
}

/**
 * The generation that can serve that artifact again at once; null: none. It has not been asked to end: it still lingers, or
 * stands by. Where the serving one has crashed, what waits in its sockets has to reach this one by itself.
 */
export function warmWayBack(
  state: State,
  to: Artifact,
  failed: "crashed" | "unwanted",
): Retiree | null {
  const { policy, retiring } = state;
  if (policy.handover !== "inherit" && policy.handover !== "proxy") return null;
  const ready = retiring.filter(
    ({ run, phase }) =>
      run.served &&
      UNASKED.has(phase.kind) &&
      run.artifact.id === to.id &&
      run.process.kind === "alive" &&
      (failed === "unwanted" || isAble(policy, run)),
  );
  return ready.at(-1) ?? null;
}

/** Nothing has been said to it yet. */
const UNASKED: ReadonlySet<Farewell["kind"]> = new Set(["lingering", "emptying", "standing-by"]);
