import type { Probe } from "#model/kube/pod.js";
import type { FactUsed, RecommendedValue, Slack, ValueGroup } from "#model/life/recommendation.js";
import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { containerPath } from "#simulate/recommend/manifest-path.js";
import { ceilSeconds, secondsText } from "#simulate/recommend/measured.js";

type ProbeName = "startupProbe" | "livenessProbe" | "readinessProbe";
type ProbeField =
  | "initialDelaySeconds"
  | "periodSeconds"
  | "timeoutSeconds"
  | "failureThreshold"
  | "successThreshold"
  | "terminationGracePeriodSeconds";

/** What is said of one field of a probe beside its value. */
export interface Said {
  readonly reason: string;
  readonly rule: string;
  readonly inputs?: readonly FactUsed[];
  readonly slack?: Slack | null;
  readonly alternatives?: RecommendedValue["alternatives"];
}

/** The values of a probe that is to be like `probe`, beside what the container has. */
export function probeValues(
  facts: KnownFacts,
  name: ProbeName,
  probe: Probe,
  said: Partial<Readonly<Record<ProbeField, Said>>>,
): RecommendedValue[] {
  const current = facts.container[name];
  const group: ValueGroup = name;
  return Object.entries(said).map(([key, { reason, rule, inputs, slack, alternatives }]) => {
    const field = key as ProbeField;
    return {
      group,
      path: `${containerPath(facts)}.${name}.${field}`,
      value: probe[field] as number,
      unit: field.endsWith("Threshold") ? "count" : "s",
      current: current?.[field] ?? null,
      reason,
      rule,
      inputs: inputs ?? [],
      slack: slack ?? null,
      alternatives: alternatives ?? [],
    };
  });
}

/** The slowest health answers must not fail a probe: three times the measured one, in whole seconds. */
export function timeoutFor(
  { health }: KnownFacts,
  current: Probe,
): { seconds: number; said: Said } {
  if (health === null) {
    const reason = "kept: how long the health answer takes was not measured";
    return { seconds: current.timeoutSeconds, said: { reason, rule: "K11" } };
  }
  const seconds = Math.max(1, ceilSeconds(3 * health.us));
  return {
    seconds,
    said: {
      reason:
        "three times the health answer; a closed port is refused at once, whatever the timeout is",
      rule: "K11",
      inputs: [health.used],
      slack: {
        amount: seconds - health.us / 1_000_000,
        unit: "s",
        text: `${seconds}s − ${health.name} ${secondsText(health.us)}`,
      },
    },
  };
}

/** Seconds with at most three digits behind the point, as slack is shown. */
export function slackOf(us: number, text: string): Slack {
  return { amount: Math.floor(us / 1_000) / 1_000, unit: "s", text };
}
