import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { ALWAYS_FAILS, endOf } from "#lab/cluster/pods/dying.js";
import { FOREVER } from "#lab/cluster/pods/programs.js";
import { above, atLeast, atMost, equals, type Prediction, predict } from "#lab/judge/prediction.js";

const PATIENCE_MS = 120_000;

export const l204Pods: ClusterScenario = {
  id: "L204",
  measures: {
    ...BESIDE_MEASURES,
    terms: { about: "SIGTERMs that the program saw", unit: "signals" },
    drained: { about: "drains that came to their end", unit: "drains" },
    code: { about: "exit code", unit: "" },
    dying: { about: "time from the kubelet's decision to the end, in whole seconds", unit: "s" },
  },
  arms: [
    killed("pod-drains", "a real pod: drains for 1 s", { drainSeconds: 1 }, [
      predict("terms", equals(1), "SIGTERM comes first"),
      predict("drained", equals(1), "and the program has its time"),
      predict("code", equals(0), "it ended by itself"),
    ]),
    killed("pod-pre-stop", "a real pod: preStop hook of 3 s", { preStopSeconds: 3 }, [
      predict("terms", equals(1), "SIGTERM comes after the hook"),
      predict("drained", equals(1), "and the program has its time"),
      predict("dying", atLeast(3), "the hook runs before SIGTERM"),
    ]),
    killed(
      "pod-grace-0",
      "a real pod: grace 0, drains for 60 s",
      { graceSeconds: 0, drainSeconds: 60 },
      [
        predict("terms", equals(1), "SIGTERM comes even then"),
        predict("code", equals(137), "SIGKILL follows"),
        predict("dying", atLeast(1), "after 2 s, the least there is"),
        predict("dying", atMost(20), "and not after the drain"),
      ],
    ),
    killed(
      "pod-ignores",
      "a real pod: ignores SIGTERM, grace 5",
      { graceSeconds: 5, ignores: true },
      [
        predict("terms", equals(1), "SIGTERM came, once"),
        predict("code", equals(137), "only SIGKILL is left"),
        predict("dying", atLeast(4), "after the whole grace"),
      ],
    ),
  ],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("pod-drains.terms", above(0), "SIGTERM came first"),
        predict("pod-drains.code", equals(0), "and the stop was graceful"),
      ],
    },
    { verdict: "confirmed", when: [predict("pod-drains.terms", equals(0), "no SIGTERM came")] },
  ],
  headline: { measure: "pod-drains.code", about: "exit code in the pod" },
};

interface Variant {
  readonly graceSeconds?: number;
  readonly preStopSeconds?: number;
  readonly drainSeconds?: number;
  readonly ignores?: true;
}

function killed(
  name: string,
  label: string,
  variant: Variant,
  predictions: readonly Prediction[],
): ClusterArm {
  const { drainSeconds = 1, ignores, ...fields } = variant;
  const handler = ignores
    ? "echo SIGTERM"
    : `echo SIGTERM; sleep ${drainSeconds}; echo drained; exit 0`;
  // A shell that was interrupted in its waiting waits again.
  const program = `trap '${handler}' TERM; echo up; while :; do ${FOREVER}; done`;
  return {
    ...{ name, label, seconds: 30 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      ...predictions,
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: 1,
        asked: {
          ...{ program, ...fields },
          livenessProbe: ALWAYS_FAILS,
        },
        script: {
          ...{ exitsAfter: () => null, termCode: 0, healthy: () => false },
          termTakes: () => (ignores ? null : drainSeconds),
        },
        until: ({ log }) => log.seen("started", 2, PATIENCE_MS),
      });
      for (const pod of pods) {
        const said = await bench.log(pod.name, "previous");
        const { code, dying } = endOf(pod);
        const lines = said.ok ? said.value : [];
        record.count("terms", lines.filter((line) => line === "SIGTERM").length);
        record.count("drained", lines.filter((line) => line === "drained").length);
        record.count("code", code);
        record.count("dying", dying);
      }
      return beside;
    },
  };
}
