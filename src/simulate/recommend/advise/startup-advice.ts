import type { Probe } from "#model/kube/pod.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { type Advice, noAdvice, unsaid } from "./advice.js";
import { probeValues, type Said, slackOf, timeoutFor } from "./probe-values.js";

/** The startup probe takes the start off liveness' shoulders: its budget is what the slowest start needs, and one attempt. */
export function startupAdvice(facts: KnownFacts): Advice {
  const { container, start } = facts;
  const like = container.startupProbe ?? container.readinessProbe ?? container.livenessProbe;
  if (like === null) return noHandler();
  if (start === null) {
    return unsaid("coldStart", "a startup probe, and whether liveness kills a slow start");
  }
  const timeout = timeoutFor(facts, like);
  const asked = Math.min(Math.max(Math.ceil(start.seconds / 10), 1), 10);
  const periodSeconds = Math.max(asked, timeout.seconds);
  const failureThreshold = Math.ceil(start.seconds / periodSeconds) + 1;
  const budget = (failureThreshold - 1) * periodSeconds;
  const probe: Probe = {
    handler: like.handler,
    initialDelaySeconds: 0,
    periodSeconds,
    timeoutSeconds: timeout.seconds,
    successThreshold: 1,
    failureThreshold,
    terminationGracePeriodSeconds: container.startupProbe?.terminationGracePeriodSeconds ?? null,
  };
  const { inputs, text } = start;
  const slack = slackOf(budget * 1_000_000 - start.us, `budget ${budget}s − ${text}`);
  const period: Said = {
    reason: `a tenth of the start that has to be survived (${start.seconds}s), from 1 to 10`,
    rule: "F3",
    inputs,
  };
  const threshold: Said = {
    reason: `(${failureThreshold} − 1) · ${periodSeconds}s = ${budget}s hold a start of ${start.seconds}s in every phase`,
    rule: "F3",
    inputs,
    slack,
  };
  return {
    ...noAdvice,
    changes: { startupProbe: probe },
    values: probeValues(facts, "startupProbe", probe, {
      initialDelaySeconds: { reason: "a delay only makes the first success later", rule: "K4" },
      periodSeconds: period,
      failureThreshold: threshold,
      timeoutSeconds: timeout.said,
    }),
    impossible:
      timeout.seconds <= 10
        ? []
        : [
            {
              demand: "startup attempts at least every 10s",
              why: `the health answer needs a timeout of ${timeout.seconds}s, so attempts are that far apart`,
              rule: "K3",
            },
          ],
  };
}

function noHandler(): Advice {
  return {
    ...noAdvice,
    impossible: [
      {
        demand: "a startup probe",
        why: "the container has no probe whose handler it could use, and which request tells that it is up cannot be guessed",
        rule: "K1",
      },
    ],
  };
}
