import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { startPod } from "#lab/cluster/follow-pod.js";
import { PORT, type PodAsked } from "#lab/cluster/pod-manifest.js";
import { endOf } from "#lab/cluster/pods/dying.js";
import { FOREVER, POLITE, SERVE } from "#lab/cluster/pods/programs.js";
import { atLeast, atMost, equals, type Prediction, predict } from "#lab/judge/prediction.js";

/** As the claim has it. */
const GRACE = 30;
const HOOK = 15;
const PATIENCE_MS = 180_000;
/** What a container has written may be told a moment after its end. */
const LOG_MS = 5_000;
/** There while a request is under way; and from when on the client may ask. */
const [UNDER_WAY, MAY_ASK] = ["/tmp/under-way", "/tmp/may-ask"];

export const l408Pods: ClusterScenario = {
  id: "L408",
  measures: {
    lost: { about: "requests under way that were cut", unit: "requests" },
    code: { about: "exit code", unit: "" },
    took: { about: "from the kubelet's decision to the end, in whole seconds", unit: "s" },
  },
  arms: [
    deleted("pod-short", 5, 0),
    deleted("pod-long", 20, 0),
    deleted("pod-long-hook", 20, HOOK),
    deleted("pod-longer", 40, 0),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-short.lost", equals(0), "it is enough for short requests"),
        predict("pod-long-hook.lost", equals(1), "and not for a long one behind a hook"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("pod-longer.lost", equals(0), "not even a request of 40 s is cut")],
    },
    { verdict: "refuted", when: [predict("pod-short.lost", equals(1), "not even 5 s are enough")] },
  ],
  headline: { measure: "pod-long-hook.lost", about: "requests cut in a real pod" },
};

function deleted(name: string, seconds: number, hookSeconds: number): ClusterArm {
  const lost = hookSeconds + seconds > GRACE;
  const hook = hookSeconds > 0 ? `preStop of ${HOOK} s, in its last second a` : "a";
  return {
    ...{ name, label: `a real pod: ${hook} request of ${seconds} s`, seconds: GRACE + 15 },
    predictions: lost ? cut(hookSeconds + seconds) : answered(hookSeconds + seconds),
    async run(context) {
      const { bench, prefix, record } = context;
      const pod = await startPod(context, prefix, {
        program: service(seconds, hookSeconds > 0),
        graceSeconds: GRACE,
        ...preStop(hookSeconds),
      });
      await pod.log.seen("started", 1, PATIENCE_MS);
      const said = bench.followLog(prefix);
      const heard = (what: string, patienceMs: number): Promise<unknown> =>
        said.until(what, ({ text }) => text === what, 0, patienceMs);
      await heard(hookSeconds > 0 ? "up" : "under way", PATIENCE_MS);
      record.mark("the pod is deleted");
      await bench.deletePods(GRACE);
      await pod.log.seen("exited", 1, PATIENCE_MS);
      // Of a request that came to nothing there is no word to wait for.
      const isAnswered = await heard("answered", LOG_MS).then(
        () => true,
        () => false,
      );
      await heard("under way", LOG_MS);
      pod.log.end();
      const { code, dying } = endOf(pod);
      record.count("lost", isAnswered ? 0 : 1, 1);
      record.count("code", code);
      record.count("took", dying);
      return [];
    },
  };
}

function answered(seconds: number): readonly Prediction[] {
  return [
    predict("lost", equals(0), `${seconds} s fit into ${GRACE} s`),
    predict("code", equals(0), "the drain has come to its end"),
    predict("took", atMost(GRACE), "before the grace"),
  ];
}

function cut(seconds: number): readonly Prediction[] {
  return [
    predict("lost", equals(1), `${seconds} s are more than ${GRACE} s`),
    predict("code", equals(137), "SIGKILL, at the end of the grace"),
    predict("took", atLeast(GRACE - 1), "which is used up; the node tells whole seconds"),
  ];
}

/** A hook that lets the client ask a second before it ends: clients still come meanwhile. */
function preStop(seconds: number): Pick<PodAsked, "preStopProgram"> {
  if (seconds === 0) return {};
  return { preStopProgram: `sleep ${seconds - 1}; : >${MAY_ASK}; sleep 1` };
}

/** At SIGTERM it takes no more requests, and ends when the one under way has ended. Its client lives beside it. */
function service(seconds: number, waits: boolean): string {
  const page = [
    `: >${UNDER_WAY}; echo "under way" >/proc/1/fd/1; sleep ${seconds}`,
    "echo Content-Type: text/plain; echo; echo ok",
    `rm ${UNDER_WAY}`,
  ].join("\n");
  const path = "/tmp/cgi-bin/slow";
  const url = `http://127.0.0.1:${PORT}/cgi-bin/slow`;
  const asks = `wget -q -O - ${url} >/dev/null && echo answered`;
  const drain = `kill $server; while [ -e ${UNDER_WAY} ]; do sleep 0.1; done; wait $client; exit 0`;
  return [
    POLITE,
    `mkdir /tmp/cgi-bin; echo '#!/bin/sh' >${path}`,
    `cat >>${path} <<'END'\n${page}\nEND\nchmod 755 ${path}`,
    `${SERVE}; sleep 1`,
    ...(waits ? [] : [`: >${MAY_ASK}`]),
    `(until [ -e ${MAY_ASK} ]; do sleep 0.1; done; ${asks}) & client=$!`,
    `trap '${drain}' TERM`,
    `echo up; while :; do ${FOREVER}; done`,
  ].join("\n");
}
