import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { ALWAYS_FAILS, endOf } from "#lab/cluster/pods/dying.js";
import { FOREVER } from "#lab/cluster/pods/programs.js";
import { atLeast, atMost, equals, type Prediction, predict } from "#lab/judge/prediction.js";

const GRACE = 5;
const PATIENCE_MS = 120_000;
/** Says that it was told, and ends. */
const CHILD = `sh -c 'trap "echo told; exit 0" TERM; echo up; ${FOREVER}'`;

export const l205Pods: ClusterScenario = {
  id: "L205",
  measures: {
    ...BESIDE_MEASURES,
    code: { about: "exit code", unit: "" },
    dying: { about: "time from the kubelet's decision to the end, in whole seconds", unit: "s" },
    told: { about: "SIGTERMs that the service was told of", unit: "signals" },
  },
  arms: [
    stopped(
      "pod-sleep",
      "a real pod: PID 1 without a handler",
      "echo up; exec sleep 100000",
      null,
      [
        predict("code", equals(137), "the kernel drops what PID 1 has no handler for"),
        predict("dying", atLeast(GRACE - 1), "so the whole grace passes"),
      ],
    ),
    stopped(
      "pod-shell",
      "a real pod: a shell as PID 1, the service its child",
      `${CHILD}; true`,
      null,
      [
        predict("told", equals(0), "a shell tells its child nothing"),
        predict("code", equals(137), "and has no handler of its own"),
        predict("dying", atLeast(GRACE - 1), "so the whole grace passes"),
      ],
    ),
    stopped("pod-exec", "a real pod: the shell starts the service by exec", `exec ${CHILD}`, 0, [
      predict("told", equals(1), "the service is PID 1, and has a handler"),
      predict("code", equals(0), "it ended by itself"),
      predict("dying", atMost(GRACE - 1), "long before the grace is over"),
    ]),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-sleep.code", equals(137), "as PID 1 nothing ends without a handler"),
        predict("pod-exec.code", equals(0), "and with one it does"),
      ],
    },
  ],
  headline: { measure: "pod-shell.code", about: "exit code of a shell in a real pod" },
};

/** `takes`: seconds from SIGTERM to its end; null: it does not end. */
function stopped(
  name: string,
  label: string,
  program: string,
  takes: number | null,
  predictions: readonly Prediction[],
): ClusterArm {
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
          ...{ program, graceSeconds: GRACE },
          livenessProbe: ALWAYS_FAILS,
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => takes, termCode: 0 },
          healthy: () => false,
        },
        until: ({ log }) => log.seen("started", 2, PATIENCE_MS),
      });
      for (const pod of pods) {
        const said = await bench.log(pod.name, "previous");
        const { code, dying } = endOf(pod);
        const told = said.ok ? said.value.filter((line) => line === "told") : [];
        record.count("told", told.length);
        record.count("code", code);
        record.count("dying", dying);
      }
      return beside;
    },
  };
}
