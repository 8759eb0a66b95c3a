import type { Probe } from "#model/kube/pod.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { secondsText } from "#simulate/recommend/measured.js";
import { type Advice, noAdvice } from "./advice.js";
import { probeValues, slackOf, timeoutFor } from "./probe-values.js";

/** Readiness sheds load: quickly enough, but not at one slow answer. */
export function readinessAdvice(facts: KnownFacts): Advice {
  const { container, wishes, lag } = facts;
  const current = container.readinessProbe;
  if (current === null) {
    const why =
      "there is no readinessProbe: the pod counts as ready while its container runs, also through a kill and a restart";
    const demand = `load shed within ${wishes.shedWithinSeconds}s`;
    return { ...noAdvice, impossible: [{ demand, why, rule: "K24" }] };
  }
  const timeout = timeoutFor(facts, current);
  const { periodSeconds, failureThreshold } = choose(facts, timeout.seconds);
  const shedUs = (failureThreshold * periodSeconds + timeout.seconds) * SECOND_US + lag.largestUs;
  const probe: Probe = {
    ...current,
    periodSeconds,
    failureThreshold,
    timeoutSeconds: timeout.seconds,
    successThreshold: 1,
  };
  const sum = `${failureThreshold} · ${periodSeconds}s + timeout ${timeout.seconds}s + endpointLag ${secondsText(lag.largestUs)} = ${secondsText(shedUs)}`;
  const leftUs = wishes.shedWithinSeconds * SECOND_US - shedUs;
  const why = { rule: "K25", inputs: [lag.used] };
  return {
    ...noAdvice,
    changes: { readinessProbe: probe },
    values: probeValues(facts, "readinessProbe", probe, {
      periodSeconds: {
        ...why,
        reason: `no new request after ${sum}`,
        slack: slackOf(leftUs, `target ${wishes.shedWithinSeconds}s − ${secondsText(shedUs)}`),
      },
      failureThreshold: { ...why, reason: "as many slow answers as the target allows" },
      successThreshold: {
        rule: "K9",
        reason: "back at the first good answer; no flapping was measured",
      },
      timeoutSeconds: timeout.said,
    }),
    impossible:
      leftUs >= 0
        ? []
        : [
            {
              demand: `load shed within ${wishes.shedWithinSeconds}s`,
              why: `the quickest that is safe is ${sum}`,
              rule: "K25",
            },
          ],
  };
}

interface Pace {
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/** The most tolerant pace within the target; the quickest if there is none, or if quick is what is asked for. */
function choose({ wishes, lag }: KnownFacts, timeoutSeconds: number): Pace {
  const periods = [2, 3, 4, 5].filter((period) => period >= timeoutSeconds);
  if (periods.length === 0) return { periodSeconds: timeoutSeconds, failureThreshold: 1 };
  const paces = [3, 2, 1].flatMap((failureThreshold) =>
    [...periods].reverse().map((periodSeconds) => ({ periodSeconds, failureThreshold })),
  );
  const limitUs = wishes.shedWithinSeconds * SECOND_US - lag.largestUs;
  const within = paces.filter(
    ({ periodSeconds, failureThreshold }) =>
      (failureThreshold * periodSeconds + timeoutSeconds) * SECOND_US <= limitUs,
  );
  const quickest = { periodSeconds: periods[0] as number, failureThreshold: 1 };
  if (wishes.objective === "safe") return within[0] ?? quickest;
  // One slow answer alone must not withdraw a pod, unless the target leaves no other way.
  const patient = within.filter(({ failureThreshold }) => failureThreshold > 1);
  return patient.at(-1) ?? quickest;
}
