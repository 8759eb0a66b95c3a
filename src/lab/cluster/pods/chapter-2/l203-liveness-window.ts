import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { PORT } from "#lab/cluster/pod-manifest.js";
import { ageAtKill, CLAIMED } from "#lab/cluster/pods/dying.js";
import { PAGES, POLITE, pause, SERVE } from "#lab/cluster/pods/programs.js";
import { above, atLeast, below, equals, type Prediction, predict } from "#lab/judge/prediction.js";

/** As the claim has them. */
const LIVENESS = { httpGet: { path: "/", port: PORT }, ...CLAIMED };
const PODS = 4;
const PATIENCE_MS = 180_000;

export const l203Pods: ClusterScenario = {
  id: "L203",
  measures: {
    ...BESIDE_MEASURES,
    pods: { about: "pods", unit: "pods" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    age: { about: "age of the container at its first kill, in whole seconds", unit: "s" },
  },
  arms: [
    cold("pod-cold-12", 12, 35, [
      predict("killed", equals(0), "the second probe finds it listening"),
    ]),
    cold("pod-cold-36", 36, 45, [
      predict("killed", equals(PODS), "three probes fail, whatever the phase"),
      predict(
        "age",
        atLeast(23),
        "the third tick is D + 2 P or later; the node tells whole seconds",
      ),
      predict("age", below(38), "and before D + 3 P, with a moment for the kill"),
    ]),
  ],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("pod-cold-12.killed", equals(0), "nobody was killed at 12 s"),
        predict("pod-cold-36.killed", above(0), "though the arithmetic does kill when it should"),
      ],
    },
    { verdict: "confirmed", when: [predict("pod-cold-12.killed", above(0), "12 s was killed")] },
  ],
  headline: { measure: "pod-cold-12.killed", about: `of ${PODS} real pods killed at 12 s` },
};

function cold(
  name: string,
  seconds: number,
  watchSeconds: number,
  predictions: readonly Prediction[],
): ClusterArm {
  return {
    ...{ name, label: `real pods: cold start of ${seconds} s`, seconds: watchSeconds + 10 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("pods", equals(PODS), "all of them were seen to the end"),
      ...predictions,
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: PODS,
        asked: {
          program: `${POLITE}; ${PAGES}; ${pause(seconds)}; ${SERVE}; wait $server`,
          livenessProbe: LIVENESS,
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: (age) => age >= seconds,
        },
        until: async ({ log }) => {
          await log.seen("started", 1, PATIENCE_MS);
          await bench.clock.wait(watchSeconds * 1_000);
        },
      });
      const ages = pods.flatMap(ageAtKill);
      record.count("pods", pods.length);
      record.count("killed", ages.length, pods.length);
      record.spread("age", ages);
      return beside;
    },
  };
}
