import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { PORT } from "#lab/cluster/pod-manifest.js";
import { PAGES, POLITE, pause, SERVE } from "#lab/cluster/pods/programs.js";
import { atLeast, equals, predict } from "#lab/judge/prediction.js";

/** As the claim has them. */
const LIVENESS = {
  httpGet: { path: "/", port: PORT },
  ...{ initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
};
const BUILD = 45;
const PATIENCE_MS = 240_000;

export const l304Pods: ClusterScenario = {
  id: "L304",
  measures: {
    ...BESIDE_MEASURES,
    restarts: { about: "containers started again in the same pod", unit: "containers" },
    up: { about: "logs of its last two lives that say that it came to serve", unit: "logs" },
  },
  arms: [cold()],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-cold.up", equals(0), "a build at each start never comes to its end"),
        predict("pod-cold.restarts", atLeast(2), "in the same pod, which nothing replaces"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("pod-cold.restarts", equals(0), "a build at the start kills nothing")],
    },
  ],
  headline: { measure: "pod-cold.restarts", about: "restarts of a real pod that builds first" },
};

function cold(): ClusterArm {
  return {
    ...{ name: "pod-cold", label: `a real pod: a build of ${BUILD} s at each start`, seconds: 90 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("restarts", equals(2), "what starts anew builds anew"),
      predict("up", equals(0), "the build is longer than D + F × P"),
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: 1,
        asked: {
          program: `${POLITE}; ${PAGES}; ${pause(BUILD)}; echo up; ${SERVE}; wait $server`,
          livenessProbe: LIVENESS,
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: (age) => age >= BUILD,
        },
        until: ({ log }) => log.seen("started", 3, PATIENCE_MS),
      });
      for (const { log, name } of pods) {
        const logs = [await bench.log(name, "current"), await bench.log(name, "previous")];
        record.count("restarts", log.count("started") - 1);
        record.count("up", logs.filter((one) => one.ok && one.value.includes("up")).length);
      }
      return beside;
    },
  };
}
