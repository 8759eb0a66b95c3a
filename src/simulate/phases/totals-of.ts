import type { Micros } from "#model/life/life-event.js";
import {
  type LifeTotals,
  type Likelihood,
  lostOf,
  type Requests,
} from "#model/life/life-report.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { LifeRun } from "#simulate/life/run-life.js";
import { type LifeOutcome, outcomeOf } from "./life-outcome.js";
import {
  DOWN_VALUE,
  firstKillValue,
  likelihoodIn,
  type Mixture,
  meanOf,
  meanValue,
  notReadyValue,
  REQUEST_VALUES,
} from "./mixture.js";
import type { Survey } from "./survey.js";

/** The figures of a report. */
export function totalsOf(input: LifeInput, { drawn, joint }: Survey): LifeTotals {
  const pods = drawn.pods.map((_, pod) => pod);
  const sumOverPods = (of: (pod: LifeOutcome["pods"][number]) => number) =>
    meanOf(joint, ({ outcome }) => outcome.pods.reduce((sum, pod) => sum + of(pod), 0));
  const notReadyUs = pods.reduce((sum, pod) => sum + meanValue(joint, notReadyValue(pod)).value, 0);
  const peaks = joint.parts.flatMap(({ outcome }) =>
    outcome.pods.map(({ peakAlive }) => peakAlive),
  );
  const peakGenerations = Math.max(0, ...peaks);
  const built = drawn.events.filter(
    (event) => event.ev === "buildEnd" && event.data.result === "ok",
  );
  return {
    requests: requestsOf(joint, drawn),
    requestsOrigin: joint.origin,
    kills: sumOverPods(({ kills }) => kills.liveness + kills.startup),
    firstKill: firstKill(joint, pods),
    restarts: sumOverPods(({ restarts }) => restarts),
    notReadyUs: { value: notReadyUs, origin: joint.origin },
    downUs: meanValue(joint, DOWN_VALUE),
    saves: input.saves.length,
    buildsStarted: drawn.events.filter(({ ev }) => ev === "buildStart").length,
    buildsCompleted: built.length,
    saveToServingUs: saveToServing(input, drawn),
    peakGenerations,
    peakMemoryBytes: peakMemory(input, peakGenerations, built.length > 0),
  };
}

/** What was asked for is what the shown run was asked for, so what is not lost is answered. */
function requestsOf(joint: Mixture, drawn: LifeRun): Requests {
  const lost = REQUEST_VALUES.map((_, index) => meanValue(joint, index).value);
  const [refused = 0, reset = 0, eof = 0, timeout = 0, serverError = 0] = lost;
  const shown = outcomeOf(drawn).requests;
  const ok = shown.ok + lostOf(shown) - refused - reset - eof - timeout - serverError;
  return { ok: Math.max(0, ok), refused, reset, eof, timeout, serverError };
}

/** Of any pod. */
function firstKill(joint: Mixture, pods: readonly number[]): Likelihood {
  const killed = ({ pods: all }: LifeOutcome): boolean =>
    all.some(({ firstKillAt }) => firstKillAt !== null);
  const { share } = likelihoodIn(joint, killed, null);
  let fromUs: Micros = Number.POSITIVE_INFINITY;
  let toUs: Micros = 0;
  for (const pod of pods) {
    const own = likelihoodIn(joint, (one) => isKilled(one, pod), firstKillValue(pod)).interval;
    if (own === null) continue;
    fromUs = Math.min(fromUs, own.fromUs);
    toUs = Math.max(toUs, own.toUs);
  }
  return { share, interval: share === 0 ? null : { fromUs, toUs }, origin: joint.origin };
}

export function isKilled({ pods }: LifeOutcome, pod: number): boolean {
  const one = pods[pod];
  return one !== undefined && one.firstKillAt !== null;
}

/** Of the saves whose content was served at all. */
function saveToServing({ saves }: LifeInput, run: LifeRun): LifeTotals["saveToServingUs"] {
  const took = saves.flatMap(({ at }, index) => {
    const content = run.contents[index];
    const served = content === undefined ? undefined : run.servedAt.get(content.id);
    return served === undefined || served < at ? [] : [served - at];
  });
  if (took.length === 0) return null;
  const sorted = took.sort((a, b) => a - b);
  const p50 = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return { p50, max: sorted.at(-1) ?? 0 };
}

/** Without the supervisor itself, whose size is not measured. */
function peakMemory({ service }: LifeInput, generations: number, builds: boolean): number | null {
  if (service.rssBytes === null || (builds && service.buildRssBytes === null)) return null;
  return service.rssBytes * generations + (builds ? (service.buildRssBytes ?? 0) : 0);
}
