import type { Probe } from "#model/kube/pod.js";
import type { ImpossibleDemand } from "#model/life/recommendation.js";
import { failingWindowUs, SECOND_US } from "#simulate/forms/probe-timing.js";
import { withdrawalUs } from "#simulate/forms/safe-bounds.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { ceilSeconds, factOf, secondsText } from "#simulate/recommend/measured.js";
import type { SwapWindow } from "#simulate/recommend/swap-window.js";
import { type Advice, noAdvice, unsaid } from "./advice.js";
import { probeValues, type Said, slackOf, timeoutFor } from "./probe-values.js";

/** Three in a row: a single slow answer, and a run that a crash left behind, are survived. */
const FAILURES_MIN = 3;

/** Liveness ends a service that hangs, and nothing else: neither a start nor a reload may reach its threshold. */
export function livenessAdvice(
  facts: KnownFacts,
  readiness: Probe | null,
  preStopSeconds: number,
): Advice {
  const { container, swap, wishes } = facts;
  const current = container.livenessProbe;
  const demand = `a hang detected within ${wishes.detectWithinSeconds}s`;
  if (current === null) {
    const why = "there is no livenessProbe, and which request tells a hang cannot be guessed";
    return { ...noAdvice, impossible: [{ demand, why, rule: "F4" }] };
  }
  if (swap.kind === "unknown") {
    return unsaid(swap.needs.join(", "), "how many failures in a row a reload causes");
  }
  const timeout = timeoutFor(facts, current);
  const pace = choose(facts, swap.window, timeout.seconds, readiness);
  const { periodSeconds, failureThreshold, detectSeconds } = pace;
  const grace = graceAdvice(facts, preStopSeconds);
  const probe: Probe = {
    ...current,
    initialDelaySeconds: 0,
    periodSeconds,
    failureThreshold,
    timeoutSeconds: timeout.seconds,
    terminationGracePeriodSeconds: grace?.seconds ?? current.terminationGracePeriodSeconds,
  };
  const left = wishes.detectWithinSeconds - detectSeconds;
  const sum = `${failureThreshold} · ${periodSeconds}s + timeout ${timeout.seconds}s = ${detectSeconds}s`;
  return {
    ...noAdvice,
    changes: { livenessProbe: probe },
    values: probeValues(facts, "livenessProbe", probe, {
      initialDelaySeconds: delaySaid(facts, pace),
      periodSeconds: {
        reason: `a hang is detected within ${sum}`,
        rule: "F4",
        slack: slackOf(
          left * SECOND_US,
          `target ${wishes.detectWithinSeconds}s − ${detectSeconds}s`,
        ),
      },
      failureThreshold: thresholdSaid(swap.window, pace),
      timeoutSeconds: timeout.said,
      ...(grace === null ? {} : { terminationGracePeriodSeconds: grace.said }),
    }),
    impossible: left >= 0 ? [] : [tooSlow(demand, sum, swap.window, timeout.seconds)],
  };
}

interface Pace {
  readonly periodSeconds: number;
  readonly failureThreshold: number;
  readonly detectSeconds: number;
  /** Of the reload, in which attempts fail. */
  readonly failingUs: number;
}

/** Every period from the timeout to 10 s with the fewest failures that are safe with it; the longest within the target, or the quickest. */
function choose(
  { wishes }: KnownFacts,
  window: SwapWindow,
  timeoutSeconds: number,
  readiness: Probe | null,
): Pace {
  const timing = { delayUs: 0, periodUs: 0, timeoutUs: timeoutSeconds * SECOND_US };
  const failingUs = failingWindowUs(window.us, { ...timing, failureThreshold: 1 }, window.outage);
  const withdrawn = readiness === null ? 0 : withdrawalUs(readiness) / SECOND_US;
  const paces: Pace[] = [];
  for (let period = Math.max(10, timeoutSeconds); period >= timeoutSeconds; period--) {
    const survives = Math.floor(failingUs / (period * SECOND_US)) + 2;
    // A kill before readiness has withdrawn the pod would take the requests with it.
    const follows = Math.ceil(withdrawn / period) + 1;
    const failureThreshold = Math.max(FAILURES_MIN, survives, follows);
    const detectSeconds = failureThreshold * period + timeoutSeconds;
    paces.push({ periodSeconds: period, failureThreshold, detectSeconds, failingUs });
  }
  const within = paces.find(({ detectSeconds }) => detectSeconds <= wishes.detectWithinSeconds);
  if (wishes.objective === "safe" && within !== undefined) return within;
  return paces.reduce((best, one) => (one.detectSeconds < best.detectSeconds ? one : best));
}

function thresholdSaid(
  window: SwapWindow,
  { failureThreshold, periodSeconds, failingUs }: Pace,
): Said {
  const most = failingUs === 0 ? 0 : Math.floor(failingUs / (periodSeconds * SECOND_US)) + 1;
  return {
    reason:
      failingUs === 0
        ? `no reload fails a probe (${window.text}); ${failureThreshold} in a row only a hang can reach`
        : `a reload (${window.text}) fails at most ${most} in a row`,
    rule: "F2",
    inputs: window.inputs,
    slack: slackOf(
      (failureThreshold - 1) * periodSeconds * SECOND_US - failingUs,
      `(${failureThreshold} − 1) · ${periodSeconds}s − failing window ${secondsText(failingUs)}`,
    ),
  };
}

/** With a startup probe the delay is of no use; without one, both of these are what people mean by it. */
function delaySaid({ start, wishes }: KnownFacts, { failureThreshold }: Pace): Said {
  const reason = "the startup probe holds liveness back until the service is up";
  if (start === null) return { reason: "a delay only protects a start", rule: "K4" };
  // As the API server defaults them: what stands there when nobody says anything else.
  const before = (failureThreshold - 1) * 10;
  const killFree = start.seconds <= before ? 0 : start.seconds - before + 1;
  return {
    reason,
    rule: "K5",
    inputs: start.inputs,
    alternatives: [
      {
        value: killFree,
        when: `without a startupProbe, periodSeconds 10: no start of ${start.seconds}s (safety ${wishes.safety}) is killed`,
      },
      { value: start.seconds + 1, when: "without a startupProbe: not even an event" },
    ],
  };
}

/** A hung service uses up all of a grace period; liveness may give it less than a deletion does. */
function graceAdvice(
  { input, wishes }: KnownFacts,
  preStopSeconds: number,
): { seconds: number; said: Said } | null {
  const stop = factOf("stopTime", input.service.stopTime);
  if (stop === null) return null;
  const asked = preStopSeconds + 2 + ceilSeconds(stop.us);
  const seconds = Math.ceil(asked / wishes.roundSeconds) * wishes.roundSeconds;
  return {
    seconds,
    said: {
      reason: `a hung service does not stop by itself: preStop ${preStopSeconds}s, what a stop takes, and 2s`,
      rule: "K16",
      inputs: [stop.used],
      slack: slackOf(
        seconds * SECOND_US - stop.us,
        `${seconds}s − stopTime ${secondsText(stop.us)}`,
      ),
    },
  };
}

function tooSlow(
  demand: string,
  sum: string,
  window: SwapWindow,
  timeoutSeconds: number,
): ImpossibleDemand {
  const because =
    window.us > 0
      ? `a reload is down for ${secondsText(window.us)} (${window.text})`
      : `the health answer needs a timeout of ${timeoutSeconds}s`;
  return { demand, why: `${because}; the quickest that is safe is ${sum}`, rule: "F4" };
}
