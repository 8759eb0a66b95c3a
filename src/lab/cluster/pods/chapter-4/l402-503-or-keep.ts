import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { PORT, serviceOf } from "#lab/cluster/pod-manifest.js";
import { FOREVER, PAGES, POLITE, pause, SERVE } from "#lab/cluster/pods/programs.js";
import { above, atLeast, equals, type Prediction, predict } from "#lab/judge/prediction.js";
import type { PodLine } from "#lab/probe/pod-log.js";

const PERIOD = 5;
/** Age at which the page of its state goes off, while the service answers on: shortly before a probe, which come from the start on. */
const OFF_AT = 24;
/** Seconds for which it is off: too short for three probes, and longer than a period, so that one falls into it. */
const [SHORT, LONG] = [4.5, 5.5];
const PATIENCE_MS = 180_000;

export const l402Pods: ClusterScenario = {
  id: "L402",
  measures: {
    ...BESIDE_MEASURES,
    before: { about: "times the Service had the pod before the page went off", unit: "times" },
    flips: { about: "times the Service lost its only pod", unit: "times" },
    away: { about: "from not ready to ready again, in whole seconds", unit: "s" },
    served: {
      about: "clients in the pod that were answered while the page was off",
      unit: "clients",
    },
  },
  arms: [
    offline("pod-f3", `503 for ${SHORT} s, F 3`, { path: "/healthz", failures: 3, off: SHORT }, [
      predict("flips", equals(0), "three failures take longer"),
    ]),
    offline("pod-f1", `503 for ${LONG} s, F 1`, { path: "/healthz", failures: 1, off: LONG }, [
      predict("flips", equals(1), "a probe falls into it, and the only endpoint is gone"),
      predict("away", atLeast(PERIOD), "until two probes have passed"),
    ]),
    offline(
      "pod-keep",
      `503 elsewhere for ${LONG} s, kept ready`,
      { path: "/", failures: 1, off: LONG },
      [predict("flips", equals(0), "readiness says what is true: it serves")],
    ),
  ],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("pod-f3.flips", equals(0), "readiness does not even change"),
        predict("pod-f1.flips", above(0), "or takes the only endpoint away"),
        predict("pod-f1.served", above(0), "of a service that answers"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("pod-f1.served", equals(0), "it keeps away traffic that would fail")],
    },
  ],
  headline: {
    measure: "pod-f1.away",
    about: "s without an endpoint of a real Service (its pod answers)",
  },
};

interface Offline {
  /** What readiness asks. */
  readonly path: "/" | "/healthz";
  readonly failures: number;
  readonly off: number;
}

function offline(
  name: string,
  label: string,
  { path, failures, off }: Offline,
  predictions: readonly Prediction[],
): ClusterArm {
  const asks = `wget -q -O - http://127.0.0.1:${PORT}/ >/dev/null && echo served`;
  const half = pause(off / 2);
  const goesOff = `rm /tmp/healthz; ${half}; ${asks}; ${half}; echo ok >/tmp/healthz`;
  const watchSeconds = OFF_AT + off + 3 * PERIOD + 5;
  return {
    ...{ name, label: `a real pod, alone behind a Service: ${label}`, seconds: watchSeconds + 10 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("before", equals(1), "the Service had found its pod"),
      predict("served", equals(1), "the service itself answers all the time"),
      ...predictions,
    ],
    async run(context) {
      const { bench, prefix, record } = context;
      await bench.create(serviceOf(`${prefix}-web`, bench.labels));
      const { pods, beside } = await livePods(context, {
        count: 1,
        asked: {
          program: `${POLITE}; ${PAGES}; ${SERVE}; ${pause(OFF_AT)}; ${goesOff}; ${FOREVER}`,
          readinessProbe: {
            httpGet: { path, port: PORT },
            ...{
              initialDelaySeconds: 3,
              periodSeconds: PERIOD,
              failureThreshold: failures,
              successThreshold: 2,
            },
          },
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: (age) => path === "/" || age < OFF_AT || age >= OFF_AT + off,
        },
        until: async ({ log }) => {
          await log.seen("started", 1, PATIENCE_MS);
          await bench.clock.wait(watchSeconds * 1_000);
        },
      });
      for (const { name: pod, log } of pods) {
        const said = await bench.log(pod, "current");
        const served = said.ok ? said.value.filter((line) => line === "served") : [];
        record.count("before", Math.min(1, log.count("in service")));
        record.count("flips", log.count("out of service"));
        record.count("away", secondsAway(log.lines));
        record.count("served", served.length);
      }
      return beside;
    },
  };
}

/** 0: it was ready all the time. */
function secondsAway(lines: readonly PodLine[]): number {
  const out = lines.findIndex(({ what }) => what === "NotReady");
  if (out < 0) return 0;
  const again = lines.slice(out).find(({ what }) => what === "Ready");
  return (again?.at ?? Number.NaN) - (lines[out]?.at ?? Number.NaN);
}
