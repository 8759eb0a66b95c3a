import type { Recommendation, RecommendedValue } from "#model/life/recommendation.js";

/** A small recommendation with one of everything. */
export function sampleRecommendation(change: Partial<Recommendation> = {}): Recommendation {
  return {
    workload: { kind: "Deployment", namespace: "shop", name: "api" },
    container: "api",
    tool: "hotpod",
    objective: "safe",
    values: [
      value({
        path: "spec.template.spec.containers[api].startupProbe.failureThreshold",
        slack: { amount: 6, unit: "s", text: "budget 18s − coldStart 12s" },
        inputs: [{ name: "coldStart", value: "12s", source: "p95 of 20" }],
      }),
      value({
        group: "livenessProbe",
        path: "spec.template.spec.containers[api].livenessProbe.initialDelaySeconds",
        value: 0,
        unit: "s",
        current: 5,
        reason: "the startup probe holds liveness back until the service is up",
        rule: "K5",
        alternatives: [{ value: 19, when: "without a startupProbe: not even an event" }],
      }),
      value({
        group: "stop",
        path: "spec.template.spec.terminationGracePeriodSeconds",
        value: 30,
        unit: "s",
        current: 30,
        reason: "its clock starts before preStop",
        rule: "F6",
      }),
      value({
        group: "memory",
        path: "spec.template.spec.containers[api].resources.limits.memory",
        value: "512Mi",
        unit: "quantity",
        current: "256Mi",
        reason: "3 generations and what runs beside: 424Mi, and 20 %",
        rule: "HP701",
        slack: { amount: 88 * 2 ** 20, unit: "bytes", text: "512Mi − 424Mi" },
      }),
    ],
    impossible: [],
    missing: [],
    patch: {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: "api",
                env: [{ name: "HOTPOD_GRACE", value: "8s" }],
                startupProbe: { failureThreshold: 10 },
                lifecycle: { preStop: { exec: null, sleep: { seconds: 3 } } },
              },
            ],
          },
        },
      },
    },
    proof: { origin: { kind: "exact" }, kind: "proved", hazards: [], runs: 12 },
    ...change,
  };
}

/** Refuted, with a demand that no value meets and an input that was not measured. */
export function refutedRecommendation(): Recommendation {
  return sampleRecommendation({
    tool: "air",
    objective: "fast-detect",
    impossible: [
      {
        demand: "a hang detected within 10s",
        why: "a reload is down for 3.4s (build 3s + appStart 0.4s); the quickest that is safe is 3 · 4s + timeout 1s = 13s",
        rule: "F4",
      },
    ],
    missing: [{ input: "buildRss", unsaid: "the memory limit" }],
    proof: {
      origin: { kind: "sampled", runs: 1_000 },
      kind: "refuted",
      runs: 1_000,
      hazards: [
        {
          kind: "kill",
          rule: "F2",
          check: "HP203",
          pod: "api-0",
          container: "api",
          likelihood: {
            share: 0.2,
            interval: { fromUs: 62_000_000, toUs: 72_000_000 },
            origin: { kind: "sampled", runs: 1_000 },
          },
          text: "liveness kills container api while it builds: 3 failures in a row in an outage of 26 s",
        },
      ],
    },
  });
}

function value(parts: Partial<RecommendedValue>): RecommendedValue {
  return {
    group: "startupProbe",
    path: "",
    value: 10,
    unit: "count",
    current: null,
    reason: "(10 − 1) · 2s = 18s hold a start of 18s in every phase",
    rule: "F3",
    inputs: [],
    slack: null,
    alternatives: [],
    ...parts,
  };
}
