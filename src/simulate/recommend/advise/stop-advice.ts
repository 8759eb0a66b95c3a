import type { HookHandler } from "#model/kube/pod.js";
import type { RecommendedValue } from "#model/life/recommendation.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { stopLoss } from "#simulate/forms/stop-loss.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { containerPath, podSpecPath } from "#simulate/recommend/manifest-path.js";
import { ceilSeconds, type Fact, factOf, secondsText } from "#simulate/recommend/measured.js";
import { type Advice, type Changes, noAdvice, unsaid } from "./advice.js";
import { slackOf } from "./probe-values.js";

/** hotpod kills what is left this long before its grace is over, to have an exit of its own. */
const RESERVE_SECONDS = 1;

/** A stop loses nothing: accepting goes on until the endpoints are gone, then the last request has its time. */
export function stopAdvice(facts: KnownFacts): Advice {
  const { input } = facts;
  const hook = hookSeconds(facts.container.lifecycle.preStop);
  if (hook === "unknown") return unsaid("the preStop hook's duration", "the grace period");
  const policy = input.reload?.kind === "hotpod" ? input.reload.policy : null;
  const lameDuckSeconds = (policy?.shutdownDelayMs ?? 0) / 1_000;
  const preStopSeconds = preStopFor(facts, lameDuckSeconds);
  const drain = factOf("drain", input.service.drain) ?? factOf("stopTime", input.service.stopTime);
  const preStop = preStopValue(facts, preStopSeconds, lameDuckSeconds, hook);
  const changes: Changes = { preStopSeconds };
  if (drain === null) {
    return { ...unsaid("drain", "the grace period"), changes, values: [preStop] };
  }
  const graceSeconds = rounded(
    facts,
    preStopSeconds + Math.ceil(lameDuckSeconds) + ceilSeconds(drain.us) + 2,
  );
  const plan: Plan = { preStopSeconds, lameDuckSeconds, graceSeconds, drain };
  const cut = policy !== null && drain.us > policy.drainTimeoutMs * 1_000;
  return {
    ...noAdvice,
    changes: {
      ...changes,
      graceSeconds,
      ...(policy === null ? {} : { hotpodGraceSeconds: graceSeconds - preStopSeconds }),
    },
    values: [
      preStop,
      graceValue(facts, plan),
      ...(policy === null ? [] : [hotpodGraceValue(facts, plan)]),
    ],
    impossible: cut
      ? [
          {
            demand: `requests of ${secondsText(drain.us)} end by themselves`,
            why: `hotpod's drain.timeout is ${policy.drainTimeoutMs / 1_000}s and ends them; set it to ${ceilSeconds(drain.us)}s or more`,
            rule: "G9",
          },
        ]
      : [],
  };
}

interface Plan {
  readonly preStopSeconds: number;
  readonly lameDuckSeconds: number;
  readonly graceSeconds: number;
  readonly drain: Fact;
}

/** A hook that only sleeps can be replaced; what another one does is not known. */
function hookSeconds(hook: HookHandler | null): number | null | "unknown" {
  if (hook === null) return null;
  if (hook.kind === "sleep") return hook.seconds;
  if (hook.kind !== "exec") return "unknown";
  const words = hook.command.length === 3 ? hook.command[2]?.split(" ") : hook.command;
  const literal = words?.length === 2 && words[0] === "sleep" ? Number(words[1]) : Number.NaN;
  return Number.isFinite(literal) ? literal : "unknown";
}

function preStopFor(facts: KnownFacts, lameDuckSeconds: number): number {
  const asked = rounded(facts, ceilSeconds(facts.lag.largestUs) + 1);
  return lameDuckSeconds >= asked ? 0 : asked;
}

const rounded = ({ wishes }: KnownFacts, seconds: number): number =>
  Math.ceil(seconds / wishes.roundSeconds) * wishes.roundSeconds;

function preStopValue(
  facts: KnownFacts,
  seconds: number,
  lameDuckSeconds: number,
  current: number | null,
): RecommendedValue {
  const { lag } = facts;
  const lagText = `endpointLag ${secondsText(lag.largestUs)}`;
  const acceptsUs = (seconds + lameDuckSeconds) * SECOND_US;
  return {
    group: "stop",
    path: `${containerPath(facts)}.lifecycle.preStop.sleep.seconds`,
    value: seconds,
    unit: "s",
    current,
    reason:
      seconds === 0
        ? `none is needed: hotpod goes on serving for ${lameDuckSeconds}s after the stop signal`
        : "new connections come until the endpoints are gone; the stop signal waits for that",
    rule: "F6",
    inputs: [lag.used],
    slack: slackOf(acceptsUs - lag.largestUs, `${seconds + lameDuckSeconds}s − ${lagText}`),
    alternatives: [],
  };
}

function graceValue(facts: KnownFacts, plan: Plan): RecommendedValue {
  const { preStopSeconds, lameDuckSeconds, graceSeconds, drain } = plan;
  const loss = stopLoss({
    graceUs: graceSeconds * SECOND_US,
    preStopUs: preStopSeconds * SECOND_US,
    lameDuckUs: lameDuckSeconds * SECOND_US,
    longestRequestUs: drain.us,
    endpointLagUs: facts.lag.largestUs,
    reserveUs: facts.hotpod ? RESERVE_SECONDS * SECOND_US : 0,
  });
  const parts = `preStop ${preStopSeconds}s + ${facts.hotpod ? `shutdown.delay ${lameDuckSeconds}s + ` : ""}${drain.name} ${secondsText(drain.us)}`;
  return {
    group: "stop",
    path: `${podSpecPath(facts)}.terminationGracePeriodSeconds`,
    value: graceSeconds,
    unit: "s",
    current: facts.pod.spec.terminationGracePeriodSeconds,
    reason: `its clock starts before preStop: ${parts}, and 2s`,
    rule: "F6",
    inputs: [drain.used, facts.lag.used],
    slack: loss.kind === "safe" ? slackOf(loss.slackUs, `grace ${graceSeconds}s − ${parts}`) : null,
    alternatives: [],
  };
}

function hotpodGraceValue(facts: KnownFacts, plan: Plan): RecommendedValue {
  const { preStopSeconds, graceSeconds } = plan;
  const current = facts.container.env.find(({ name }) => name === "HOTPOD_GRACE")?.value ?? null;
  return {
    group: "supervisor",
    path: `${containerPath(facts)}.env[HOTPOD_GRACE]`,
    value: `${graceSeconds - preStopSeconds}s`,
    unit: "s",
    current,
    reason: `hotpod counts from the stop signal, which comes ${preStopSeconds}s into the grace period, and cannot find that out`,
    rule: "G9",
    inputs: [],
    slack: null,
    alternatives: [],
  };
}
