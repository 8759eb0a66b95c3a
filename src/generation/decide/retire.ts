/** How a generation leaves: steered away, lingering, its queue emptied, SIGTERM, SIGKILL, gone, sockets released. */
import type { Instant } from "#base/time.js";
import { endsWhenAnswered, type Policy } from "#config/policy.js";
import { announce, command, type Draft, update } from "#generation/draft.js";
import type { Farewell, Main, Patience, Retiree, Run } from "#generation/place.js";
import type { GenerationId } from "#model/generation.js";
import type { Withdrawal } from "#model/notice.js";
import { mayStandBy } from "./standby.js";

/** Steered away a moment ago: it goes on accepting what was under way. */
export function retire(draft: Draft, run: Run): void {
  const retiree: Retiree = { run, phase: { kind: "lingering", since: draft.at } };
  update(draft, { retiring: [...draft.state.retiring, retiree] });
  enforceMaxDraining(draft);
}

/** Never needed again and never got a request: no drain. `withdrawn`: why, unless it failed. */
export function discard(draft: Draft, run: Run, withdrawn: Withdrawal | null): void {
  update(draft, { retiring: [...draft.state.retiring, killed(draft, run, { withdrawn })] });
}

/** SIGKILL, and the answer `generation-gone` from now on. Also after an exit, for the descendants. */
export function killed(
  draft: Draft,
  run: Run,
  { drainingSince = null, withdrawn = null }: Partial<Extract<Farewell, { kind: "killed" }>> = {},
): Retiree {
  command(draft, { kind: "kill", generation: run.generation });
  return { run, phase: { kind: "killed", since: draft.at, drainingSince, withdrawn } };
}

export function askToEnd(draft: Draft, run: Run, patience: Patience): Retiree {
  command(draft, { kind: "signal", generation: run.generation, signal: "SIGTERM" });
  announce(draft, { kind: "drain-started", generation: run.generation });
  return { run, phase: { kind: "draining", since: draft.at, patience } };
}

/** The oldest beyond `maxDraining` are killed. While the program ends, all of them have until the grace is over. */
export function enforceMaxDraining(draft: Draft): void {
  const { retiring, policy, life } = draft.state;
  if (life.kind !== "running") return;
  const polite = retiring.filter((retiree) => retiree.phase.kind !== "killed");
  for (const { run } of polite.slice(0, Math.max(0, polite.length - policy.maxDraining))) {
    changeRetiree(draft, run.generation, (retiree) => hasten(draft, retiree));
  }
}

/** How long a generation asked to end may go on before a newer one may push it out: requests take less. */
const FINISH_MS = 1_000;

/** From when on it may be pushed out without losing what it was asked before it was steered away. */
export function finishedAt({ phase }: Retiree, policy: Policy): Instant {
  if (phase.kind === "lingering") return phase.since + policy.lingerMs + FINISH_MS;
  if (phase.kind === "emptying") return queueGivenUpAt(phase.since, policy) + FINISH_MS;
  return phase.since + FINISH_MS;
}

/** A queue that nobody empties is given up; what is forwarded to a generation has its whole drain time. */
export function emptiedAt(since: Instant, policy: Policy): Instant {
  return endsWhenAnswered(policy) ? since + policy.drainTimeoutMs : queueGivenUpAt(since, policy);
}

function queueGivenUpAt(since: Instant, { lingerMs }: Policy): Instant {
  return since + 2 * lingerMs + 1_000;
}

/** When SIGKILL follows SIGTERM; null: with the grace period. */
export function drainedAt(
  { since, patience }: Extract<Farewell, { kind: "draining" }>,
  policy: Policy,
): Instant | null {
  if (patience === "grace") return null;
  return since + (patience === "moment" ? FINISH_MS : policy.drainTimeoutMs);
}

/** The first step of ending a generation that answers clients. */
export function beginToEnd(draft: Draft, run: Run, patience: Patience): Retiree {
  return endsWhenAnswered(draft.state.policy)
    ? awaitQueue(draft, run)
    : askToEnd(draft, run, patience);
}

/** What is sent to it from now on waits; what is under way is answered first. */
function awaitQueue(draft: Draft, run: Run): Retiree {
  command(draft, { kind: "await-queue", generation: run.generation });
  return { run, phase: { kind: "emptying", since: draft.at } };
}

/** Its connections have moved and its queue is empty: it costs memory, and saves a start if the new one fails. */
function standBy(draft: Draft, run: Run): Retiree {
  announce(draft, { kind: "standing-by", generation: run.generation });
  command(draft, { kind: "measure-memory", generation: run.generation });
  return { run, phase: { kind: "standing-by", since: draft.at } };
}

/** The next step of a farewell whose time has come. */
export function advance(draft: Draft, retiree: Retiree): Retiree {
  const { run, phase } = retiree;
  switch (phase.kind) {
    case "lingering":
      return awaitQueue(draft, run);
    case "emptying":
      return mayStandBy(draft.state, run)
        ? standBy(draft, run)
        : askToEnd(draft, run, afterEmptying(draft, phase.since));
    case "standing-by":
      return askToEnd(draft, run, "drain-timeout");
    case "draining":
      return hasten(draft, retiree);
    case "killed":
      return retiree;
  }
}

function afterEmptying({ at, state: { life, policy } }: Draft, since: Instant): Patience {
  if (life.kind === "stopping") return "grace";
  return endsWhenAnswered(policy) && at >= emptiedAt(since, policy) ? "moment" : "drain-timeout";
}

/** SIGKILL, unless it was sent. */
export function hasten(draft: Draft, retiree: Retiree): Retiree {
  const { run, phase } = retiree;
  if (phase.kind === "killed") return retiree;
  return killed(draft, run, { drainingSince: drainStart(phase) });
}

function drainStart(phase: Farewell): number | null {
  if (phase.kind === "draining") return phase.since;
  return phase.kind === "killed" ? phase.drainingSince : null;
}

/** It was given up while its process was still being made: what it was sent went nowhere. */
export function afterSpawn(draft: Draft, retiree: Retiree): Retiree {
  const { generation } = retiree.run;
  const { kind } = retiree.phase;
  if (kind === "killed") command(draft, { kind: "kill", generation });
  if (kind === "draining") command(draft, { kind: "signal", generation, signal: "SIGTERM" });
  return retiree;
}

/** Its main process ended: the descendants follow. */
export function afterExit(draft: Draft, retiree: Retiree): Retiree {
  announceEnd(draft, retiree);
  return retiree.phase.kind === "killed" ? retiree : killed(draft, retiree.run);
}

/** Of one that was asked to end, how it went; of one that never served, why it went. */
export function announceEnd(draft: Draft, { run, phase }: Retiree): void {
  const { generation, startedAt } = run;
  const since = drainStart(phase);
  const killedIt = phase.kind === "killed";
  if (since !== null) {
    const tookMs = draft.at - since;
    announce(draft, { kind: "drain-ended", generation, tookMs, killed: killedIt });
  } else if (killedIt && phase.withdrawn !== null) {
    const ranMs = draft.at - startedAt;
    announce(draft, { kind: "candidate-withdrawn", generation, why: phase.withdrawn, ranMs });
  }
}

/** No process of it is left: nobody accepts from its sockets any more. */
export function forget(draft: Draft, retiree: Retiree): void {
  const { retiring } = draft.state;
  update(draft, { retiring: retiring.filter(({ run }) => run !== retiree.run) });
  releaseSockets(draft, retiree.run.sockets);
}

export function releaseSockets(draft: Draft, sockets: GenerationId | null): void {
  if (sockets === null) return;
  command(draft, { kind: "release-sockets", generation: sockets });
  if (draft.state.steered === sockets) update(draft, { steered: null });
}

/** Applies `change` to the retiree of that number, wherever it is. */
export function changeRetiree(
  draft: Draft,
  generation: GenerationId,
  change: (retiree: Retiree) => Retiree,
): void {
  const { retiring, main } = draft.state;
  const found = retiring.find(({ run }) => run.generation === generation);
  if (found !== undefined) {
    const changed = change(found);
    update(draft, { retiring: draft.state.retiring.map((one) => (one === found ? changed : one)) });
  }
  if (main.kind === "ending" && main.retiree.run.generation === generation) {
    const retiree = change(main.retiree);
    const ending: Main = { ...main, retiree };
    update(draft, { main: ending });
  }
}
