import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { startPod } from "#lab/cluster/follow-pod.js";
import { equals, type Prediction, predict } from "#lab/judge/prediction.js";

const PATIENCE_MS = 120_000;

export const l208Pods: ClusterScenario = {
  id: "L208",
  measures: {
    sent: { about: "kill commands that said that they had sent the signal", unit: "commands" },
    code: { about: "exit code; none: it lives", unit: "" },
  },
  arms: [
    signalled("pod-pid1", "a real pod: PID 1 without handlers", false, [
      predict("sent", equals(4), "nothing is forbidden: SIGUSR1, SIGUSR2, SIGTERM, SIGKILL"),
      predict("code", equals("none"), "and all four are dropped"),
    ]),
    signalled("pod-shared", "a real pod: the same with shareProcessNamespace", true, [
      predict("code", equals("138"), "it is not PID 1, so the default action counts"),
    ]),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-pid1.sent", equals(4), "kill says that it has sent them"),
        predict("pod-pid1.code", equals("none"), "but nothing happens"),
      ],
    },
  ],
  headline: { measure: "pod-pid1.code", about: "exit code after four signals to a real PID 1" },
};

function signalled(
  name: string,
  label: string,
  shareProcessNamespace: boolean,
  predictions: readonly Prediction[],
): ClusterArm {
  // Where the namespace is shared, the program is not PID 1: the shell knows its own number, $$, which Kubernetes writes as $$$$.
  const send = "kill -$signal $program && echo sent || echo refused; sleep 1";
  const sender = `(sleep 1; for signal in USR1 USR2 TERM KILL; do ${send}; done; echo lives) &`;
  const program = `program=$$$$; ${sender} exec sleep 100000`;
  return {
    ...{ name, label, seconds: 20, predictions },
    async run(context) {
      const { bench, prefix, record } = context;
      const pod = await startPod(context, prefix, { program, shareProcessNamespace });
      await pod.log.seen("started", 1, PATIENCE_MS);
      const said = bench.followLog(prefix);
      if (shareProcessNamespace) await pod.log.seen("exited", 1, PATIENCE_MS);
      else await said.until("its end", ({ text }) => text === "lives", 0, PATIENCE_MS);
      const of = pod.log.count("started") > 1 ? "previous" : "current";
      const lines = await bench.log(prefix, of);
      pod.log.end();
      const sent = lines.ok ? lines.value.filter((line) => line === "sent") : [];
      // Who sends from a container that is ending may not come to say so.
      if (!shareProcessNamespace) record.count("sent", sent.length);
      const exited = pod.log.lines.find(({ what }) => what === "exited");
      record.text("code", exited?.text ?? "none");
      return [];
    },
  };
}
