import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { FOREVER, POLITE } from "#lab/cluster/pods/programs.js";
import { atLeast, equals, matches, predict } from "#lab/judge/prediction.js";
import type { PodLine } from "#lab/probe/pod-log.js";

const MISSING = "/app/main";
const PATIENCE_MS = 240_000;
/** So long the pod is watched that nothing happens to. */
const WATCHED_MS = 30_000;

export const l104Pods: ClusterScenario = {
  id: "L104",
  measures: {
    ...BESIDE_MEASURES,
    restarts: { about: "restarts of the container", unit: "restarts" },
    reason: { about: "why the container waited at last", unit: "" },
    started: {
      about: "logs of the last two instances that say that the service started",
      unit: "logs",
    },
    event: { about: "the kubelet's first event", unit: "" },
  },
  arms: [
    brokenProbe("pod-counted", "a real pod: sh -c with a file that is not there", true),
    brokenProbe("pod-uncounted", "a real pod: a file that is not there, run directly", false),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-counted.reason", equals("CrashLoopBackOff"), "a counted failure leads to it"),
        predict("pod-uncounted.restarts", equals(0), "an uncounted one never does"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("pod-uncounted.restarts", atLeast(1), "a missing file is enough")],
    },
    {
      verdict: "refuted",
      when: [predict("pod-counted.restarts", equals(0), "no missing file leads to a crash loop")],
    },
  ],
  headline: { measure: "pod-counted.restarts", about: "restarts in the pod" },
};

function brokenProbe(name: string, label: string, throughShell: boolean): ClusterArm {
  const command = throughShell ? ["sh", "-c", `${MISSING} -health`] : [MISSING, "-health"];
  return {
    ...{ name, label, seconds: 45 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      ...(throughShell
        ? [
            predict("restarts", atLeast(3), "three failures kill, again and again"),
            predict(
              "reason",
              equals("CrashLoopBackOff"),
              "a start that comes too soon again waits",
            ),
            predict("started", equals(2), "the service itself was always fine"),
            predict("event", matches(/^Liveness probe failed: .*not found/s), "the shell's words"),
          ]
        : [
            predict("restarts", equals(0), "what the look-up does not find is not counted"),
            predict("started", equals(1), "there is one instance, and it started"),
            predict(
              "event",
              matches(/^Liveness probe errored.*stat .*no such file or directory/s),
              "the runtime's words, not Go's fork/exec",
            ),
          ]),
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: 1,
        asked: {
          program: `${POLITE}; echo "service started"; ${FOREVER}`,
          livenessProbe: {
            exec: { command },
            ...{ initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 3 },
          },
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0, healthy: () => false },
          answers: () => answer(command, throughShell),
        },
        until: async ({ log }) => {
          if (throughShell) return log.seen("started", 4, PATIENCE_MS);
          await log.seen("Unhealthy", 1, PATIENCE_MS);
          return bench.clock.wait(WATCHED_MS);
        },
      });
      for (const { log, name: pod } of pods) {
        record.count("restarts", Math.max(0, log.count("started") - 1));
        const isReason = ({ what, text }: PodLine): boolean =>
          what === "waiting" && text !== "ContainerCreating";
        record.text("reason", log.lines.findLast(isReason)?.text ?? "it did not wait");
        const event = log.lines.find(({ what }) => what === "Unhealthy");
        record.text("event", event?.text ?? "none");
        const logs = [await bench.log(pod, "current"), await bench.log(pod, "previous")];
        const good = logs.filter((one) => one.ok && one.value.includes("service started"));
        record.count("started", good.length);
      }
      return beside;
    },
  };
}

function answer(command: readonly string[], throughShell: boolean): Outcome {
  if (!throughShell)
    return execOutcome(command, { kind: "not-found", why: "absent" }, "containerd");
  const words = { stdout: "", stderr: `sh: ${MISSING}: not found\n` };
  return execOutcome(command, { kind: "exited", code: 127, ...words }, "containerd");
}
