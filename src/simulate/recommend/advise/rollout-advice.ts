import type { Probe } from "#model/kube/pod.js";
import { isSidecar } from "#model/kube/pod.js";
import type { Rollout, Share } from "#model/kube/workload.js";
import type { RecommendedValue } from "#model/life/recommendation.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { ceilSeconds, type Fact, factOf, secondsText } from "#simulate/recommend/measured.js";
import { type Advice, type Changes, noAdvice, unsaid } from "./advice.js";
import { slackOf } from "./probe-values.js";

/** What the API server assumes; more is only asked for when a roll-out needs it. */
const DEADLINE_DEFAULT_SECONDS = 600;

/** A roll-out stops at the first bad pod instead of replacing all good ones by it. */
export function rolloutAdvice(facts: KnownFacts, readiness: Probe | null): Advice {
  const { rollout } = facts.input.workload;
  if (rollout === null || rollout.type !== "RollingUpdate") return noAdvice;
  const ready = readyValue(facts, rollout, readiness);
  const deadline = deadlineAdvice(facts, rollout, Number(ready.value));
  const few = fewReplicas(facts, rollout);
  return {
    ...deadline,
    changes: { ...deadline.changes, ...few.changes, minReadySeconds: Number(ready.value) },
    values: [ready, ...few.values, ...deadline.values],
  };
}

function readyValue(
  { wishes }: KnownFacts,
  rollout: Rollout,
  readiness: Probe | null,
): RecommendedValue {
  const { failureThreshold = 0, periodSeconds = 0, timeoutSeconds = 0 } = readiness ?? {};
  const verdict = failureThreshold * periodSeconds + timeoutSeconds;
  const asked = Math.max(10, verdict);
  const value = Math.ceil(asked / wishes.roundSeconds) * wishes.roundSeconds;
  return {
    group: "rollout",
    path: "spec.minReadySeconds",
    value,
    unit: "s",
    current: rollout.minReadySeconds,
    reason: `a new pod that answers badly is seen within ${verdict}s, before the next old one goes`,
    rule: "HP903",
    inputs: [],
    slack: slackOf((value - verdict) * SECOND_US, `${value}s − readiness verdict ${verdict}s`),
    alternatives: [],
  };
}

/** With so few pods, one that is missing is a third of them or all. */
function fewReplicas({ input }: KnownFacts, rollout: Rollout): Pick<Advice, "changes" | "values"> {
  const { kind, replicas } = input.workload;
  if (kind !== "Deployment" || replicas < 1 || replicas > 3) return { changes: {}, values: [] };
  const about = {
    group: "rollout",
    unit: "count",
    rule: "HP902",
    inputs: [],
    slack: null,
  } as const;
  const values: RecommendedValue[] = [
    {
      ...about,
      path: "spec.strategy.rollingUpdate.maxUnavailable",
      value: 0,
      current: shareText(rollout.maxUnavailable),
      reason: `none of ${replicas} pods goes before its successor is available`,
      alternatives: [],
    },
  ];
  if (amount(rollout.maxSurge) > 0) return { changes: { maxUnavailablePods: 0 }, values };
  values.push({
    ...about,
    path: "spec.strategy.rollingUpdate.maxSurge",
    value: 1,
    current: shareText(rollout.maxSurge),
    reason: "both may not be 0",
    alternatives: [],
  });
  return { changes: { maxUnavailablePods: 0, maxSurgePods: 1 }, values };
}

const shareText = (share: Share): string =>
  share.kind === "count" ? `${share.pods}` : `${share.percent}%`;
const amount = (share: Share): number => (share.kind === "count" ? share.pods : share.percent);

/** Each progress restarts the deadline, so it has to hold the longest silent stretch. */
function deadlineAdvice(facts: KnownFacts, rollout: Rollout, minReadySeconds: number): Advice {
  const { input, pod, start, wishes } = facts;
  if (input.workload.kind !== "Deployment") return noAdvice;
  const inits = pod.spec.initContainers.filter((one) => !isSidecar(one));
  const parts = [
    ["imagePull", input.service.imagePull] as const,
    ...inits.map(({ name }) => [`init.${name}`, input.service.init[name] ?? null] as const),
  ].map(([name, distribution]) => [name, factOf(name, distribution)] as const);
  const needs = [
    ...parts.flatMap(([name, fact]) => (fact === null ? [name] : [])),
    ...(start === null ? ["coldStart"] : []),
  ];
  if (start === null || needs.length > 0) {
    return unsaid(needs.join(", "), "whether progressDeadlineSeconds is long enough");
  }
  const known = parts.map(([, fact]) => fact as Fact);
  const silentUs = known.reduce((sum, { us }) => sum + us, start.seconds * SECOND_US);
  const longestUs = Math.max(silentUs, minReadySeconds * SECOND_US);
  const asked = ceilSeconds(1.5 * longestUs);
  if (asked <= DEADLINE_DEFAULT_SECONDS) return noAdvice;
  const value = Math.ceil(asked / wishes.roundSeconds) * wishes.roundSeconds;
  const changes: Changes = { progressDeadlineSeconds: value };
  return {
    ...noAdvice,
    changes,
    values: [
      {
        group: "rollout",
        path: "spec.progressDeadlineSeconds",
        value,
        unit: "s",
        current: rollout.progressDeadlineSeconds,
        reason: `half as long again as the longest stretch without progress, ${secondsText(longestUs)}`,
        rule: "HP904",
        inputs: [...known.map(({ used }) => used), ...start.inputs],
        slack: slackOf(value * SECOND_US - longestUs, `${value}s − ${secondsText(longestUs)}`),
        alternatives: [],
      },
    ],
  };
}
