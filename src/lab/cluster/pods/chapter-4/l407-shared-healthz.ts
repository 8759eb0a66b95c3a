import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { PORT } from "#lab/cluster/pod-manifest.js";
import { CLAIMED } from "#lab/cluster/pods/dying.js";
import { FOREVER, PAGES, POLITE, pause, SERVE } from "#lab/cluster/pods/programs.js";
import { above, equals, type Prediction, predict } from "#lab/judge/prediction.js";

const LIVENESS = { httpGet: { path: "/healthz", port: PORT }, ...CLAIMED };
const PODS = 3;
/** Age at which the page goes off. */
const OFF_AT = 12;
const PATIENCE_MS = 180_000;

export const l407Pods: ClusterScenario = {
  id: "L407",
  measures: {
    ...BESIDE_MEASURES,
    pods: { about: "pods", unit: "pods" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    served: { about: "pods that answered a client while the page was off", unit: "pods" },
  },
  arms: [
    flagged("pod-off-4", 3.8, [predict("killed", equals(0), "one failure is not three")]),
    flagged("pod-off-40", 40, [
      predict("killed", equals(PODS), "three ticks always fall into it"),
      predict("served", equals(PODS), "though clients were answered"),
    ]),
  ],
  verdicts: [
    {
      verdict: "refuted",
      when: [predict("pod-off-40.killed", above(0), "liveness kills what only drains")],
    },
    { verdict: "confirmed", when: [predict("pod-off-40.killed", equals(0), "nothing was killed")] },
  ],
  headline: {
    measure: "pod-off-40.killed",
    about: `of ${PODS} real pods killed in a drain of 40 s`,
  },
};

function flagged(name: string, seconds: number, predictions: readonly Prediction[]): ClusterArm {
  const first = seconds / 2;
  const asks = `wget -q -O - http://127.0.0.1:${PORT}/ >/dev/null && echo served`;
  const off = `rm /tmp/healthz; ${pause(first)}; ${asks}; ${pause(seconds - first)}; echo ok >/tmp/healthz`;
  return {
    ...{ name, label: `real pods: the page is off for ${seconds} s`, seconds: seconds + 25 },
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
          program: `${POLITE}; ${PAGES}; ${SERVE}; ${pause(OFF_AT)}; ${off}; ${FOREVER}`,
          livenessProbe: LIVENESS,
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: (age) => age < OFF_AT || age >= OFF_AT + seconds,
        },
        until: async ({ log }) => {
          await log.seen("started", 1, PATIENCE_MS);
          await bench.clock.wait((OFF_AT + seconds + 5) * 1_000);
        },
      });
      const killed = pods.filter(({ log }) => log.count("Killing") > 0);
      const logs = await Promise.all(
        pods.map((pod) => bench.log(pod.name, killed.includes(pod) ? "previous" : "current")),
      );
      record.count("pods", pods.length);
      record.count("killed", killed.length, pods.length);
      record.count("served", logs.filter((one) => one.ok && one.value.includes("served")).length);
      return beside;
    },
  };
}
