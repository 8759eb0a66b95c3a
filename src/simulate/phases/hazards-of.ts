import type { ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import { type Hazard, type Likelihood, lostOf } from "#model/life/life-report.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { middleOf } from "#simulate/life/time/stream.js";
import { intervalWords, percentWords, secondsWords } from "./hazard-words.js";
import type { LifeOutcome } from "./life-outcome.js";
import {
  firstKillValue,
  firstNotReadyValue,
  likelihoodIn,
  type Mixture,
  meanOf,
} from "./mixture.js";
import type { Survey } from "./survey.js";

/** Everything that can go wrong, most dangerous first; what several pods share is said once. */
export function hazardsOf(input: LifeInput, survey: Survey): Hazard[] {
  const pods = survey.drawn.pods.map((_, pod) => pod);
  const all = [
    ...pods.flatMap((pod) => kills(input, survey, pod)),
    ...lostRequests(input, survey),
    ...pods.flatMap((pod) => notReady(input, survey, pod)),
    ...neverUpdated(input, survey),
    ...stalled(input, survey),
  ];
  const said = new Set<string>();
  return all.filter(({ kind, rule, text }) => {
    const same = `${kind} ${rule} ${text}`;
    return said.size < said.add(same).size;
  });
}

/** Where a single worker's phases were gone through, its own; else what all do together. */
function mixtureFor({ joint, workers }: Survey, pod: number, kind: ProbeKind): Mixture {
  return workerFor(workers, pod, kind)?.mixture ?? joint;
}

function workerFor(workers: Survey["workers"], pod: number, kind: ProbeKind) {
  return workers.find(({ axis }) => axis.pod === pod && axis.kind === kind);
}

function kills(input: LifeInput, survey: Survey, pod: number): Hazard[] {
  const name = survey.drawn.pods[pod]?.name ?? "";
  return (["liveness", "startup"] as const).flatMap((kind): Hazard[] => {
    const mixture = mixtureFor(survey, pod, kind);
    const killed = ({ pods }: LifeOutcome): boolean => (pods[pod]?.kills[kind] ?? 0) > 0;
    const verdict = workerFor(survey.workers, pod, kind)?.verdict;
    const likelihood = verdict ?? likelihoodIn(mixture, killed, firstKillValue(pod));
    if (likelihood.share === 0) return [];
    const cause = kind === "startup" ? "start" : causeOf(mixture, killed, pod);
    const { rule, check, why } = REASONS[cause] ?? OTHER;
    const most = Math.max(
      ...mixture.parts.map(({ outcome }) => outcome.pods[pod]?.kills[kind] ?? 0),
    );
    const again = most > 1 ? `, up to ${most} times` : "";
    const text = `the ${kind} probe kills the container ${percentWords(likelihood)}${intervalWords(likelihood)}${again}: ${why}`;
    const own = kind === "startup" ? { rule: "F3", check: "HP202" } : { rule, check };
    return [
      { kind: "kill", ...own, pod: name, container: input.service.container, likelihood, text },
    ];
  });
}

/** What most of the failures met, in the runs that were killed. */
function causeOf(mixture: Mixture, killed: (outcome: LifeOutcome) => boolean, pod: number): string {
  const counts = new Map<string, number>();
  for (const { outcome, weight } of mixture.parts) {
    if (!killed(outcome)) continue;
    for (const [cause, count] of Object.entries(outcome.pods[pod]?.livenessFailures ?? {})) {
      counts.set(cause, (counts.get(cause) ?? 0) + count * weight);
    }
  }
  const [most] = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return most?.[0] ?? "none";
}

interface Reason {
  readonly rule: string;
  readonly check: string | null;
  readonly why: string;
}

const REASONS: Readonly<Record<string, Reason>> = {
  start: { rule: "F1", check: "HP201", why: "it is not up in time" },
  restart: { rule: "F1", check: "HP201", why: "it is not up in time" },
  swap: { rule: "F2", check: "HP203", why: "a reload is down for too many attempts in a row" },
  build: { rule: "F2", check: "HP203", why: "a reload is down for too many attempts in a row" },
  overload: {
    rule: "F2",
    check: null,
    why: "its health answer waits behind more requests than it can answer",
  },
  crash: { rule: "F2", check: null, why: "the service is down after a crash" },
  hang: { rule: "F4", check: null, why: "the service hangs" },
  outage: { rule: "F2", check: null, why: "an outage lasts for too many attempts in a row" },
  dependency: { rule: "F2", check: "HP105", why: "it answers by what it depends on" },
};
const OTHER: Reason = { rule: "K15", check: null, why: "its attempts fail" };

function lostRequests(input: LifeInput, { joint, drawn }: Survey): Hazard[] {
  if (input.clients.ratePerS === 0 && input.clients.long.count === 0) return [];
  const loses = ({ requests }: LifeOutcome): boolean => lostOf(requests) > TINY;
  const likelihood = likelihoodIn(joint, loses, null);
  if (likelihood.share === 0) return [];
  const mean = meanOf(joint, ({ outcome }) => lostOf(outcome.requests)).value;
  const swaps = input.saves.length > 0 && input.reload !== null;
  const text = `${round(mean)} requests are lost ${percentWords(likelihood)}: ${kindsOf(joint)}`;
  return [
    {
      ...{ kind: "lost-requests", rule: "K25", check: swaps ? "HP204" : null, likelihood, text },
      ...{ pod: drawn.pods[0]?.name ?? "", container: null },
    },
  ];
}

/** Fractions of a request that only rounding makes. */
const TINY = 1e-6;
const round = (value: number): number =>
  value >= 10 ? Math.round(value) : Math.round(value * 1_000) / 1_000;

function kindsOf(joint: Mixture): string {
  return (["refused", "reset", "eof", "timeout", "serverError"] as const)
    .flatMap((kind) => {
      const mean = meanOf(joint, ({ outcome }) => outcome.requests[kind]).value;
      return mean > TINY ? [`${round(mean)} ${kind === "serverError" ? "503" : kind}`] : [];
    })
    .join(", ");
}

function notReady(input: LifeInput, survey: Survey, pod: number): Hazard[] {
  const name = survey.drawn.pods[pod]?.name ?? "";
  const about = { pod: name, container: input.service.container, kind: "not-ready" } as const;
  const never = ({ pods }: LifeOutcome): boolean => pods[pod]?.readyOnce === false;
  const unborn = likelihoodIn(survey.joint, never, null);
  const hazards: Hazard[] = [];
  if (unborn.share > 0) {
    const text = `the pod is never ready ${percentWords(unborn)}`;
    hazards.push({ ...about, rule: "K24", check: null, likelihood: unborn, text });
  }
  const mixture = mixtureFor(survey, pod, "readiness");
  const flips = ({ pods }: LifeOutcome): boolean => (pods[pod]?.readyFlips ?? 0) > 0;
  const verdict = workerFor(survey.workers, pod, "readiness")?.verdict;
  const likelihood: Likelihood = verdict ?? likelihoodIn(mixture, flips, firstNotReadyValue(pod));
  if (likelihood.share > 0) {
    const alone = input.workload.replicas <= 1;
    const text = `the pod is taken out of its Services ${percentWords(likelihood)}${intervalWords(likelihood)}${alone ? ", and nobody else is there" : ""}`;
    hazards.push({ ...about, rule: "K25", check: alone ? "HP205" : null, likelihood, text });
  }
  return hazards;
}

/** The newest good content has had its time, and nobody ever answered with it. */
function neverUpdated(input: LifeInput, { drawn }: Survey): Hazard[] {
  const { saves, reload, service, durationUs } = input;
  const last = saves.findLastIndex(({ outcome }) => outcome.kind !== "touch");
  const save = saves[last];
  const content = drawn.contents[last];
  if (reload === null || save === undefined || content === undefined) return [];
  const expectedUs = [service.build, service.appStart].reduce<Micros>(
    (sum, one) => sum + (one === null ? 0 : middleOf(one)),
    reload.kind === "tool" ? reload.tool.settleUs : reload.policy.debounceMs * 1_000,
  );
  const served = drawn.servedAt.has(content.id) || save.outcome.kind !== "ok";
  if (served || durationUs - save.at < 2 * expectedUs + MARGIN_US) return [];
  const text = `the save at ${secondsWords(save.at)} is never served`;
  return [
    {
      ...{ kind: "never-updated", rule: "T", check: null, text, pod: drawn.pods[0]?.name ?? "" },
      container: service.container,
      likelihood: { share: 1, interval: null, origin: { kind: "point", phase: drawn.given.name } },
    },
  ];
}

const MARGIN_US = 5_000_000;

/** A roll-out that does not get to its end, by its own deadline or that of the simulation. */
function stalled(input: LifeInput, { joint, drawn }: Survey): Hazard[] {
  const { workload, durationUs } = input;
  const deadlineUs = (workload.rollout?.progressDeadlineSeconds ?? 0) * 1_000_000;
  const stalls = ({ rollout }: LifeOutcome): boolean =>
    rollout !== null &&
    rollout.completedAt === null &&
    (rollout.timedOutAt !== null || durationUs > deadlineUs);
  const likelihood = likelihoodIn(joint, stalls, null);
  if (likelihood.share === 0) return [];
  const least = Math.min(...joint.parts.map(({ outcome }) => outcome.rollout?.leastReady ?? 0));
  const text = `the roll-out stalls ${percentWords(likelihood)}, with ${least} of ${workload.replicas} pods ready at the least; nothing is rolled back`;
  return [
    {
      ...{ kind: "stall", rule: "D4", check: "HP904", pod: drawn.pods[0]?.name ?? "", likelihood },
      ...{ container: null, text },
    },
  ];
}
