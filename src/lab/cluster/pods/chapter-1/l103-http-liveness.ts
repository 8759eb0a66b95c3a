import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { PORT } from "#lab/cluster/pod-manifest.js";
import { CLAIMED } from "#lab/cluster/pods/dying.js";
import { FOREVER, PAGES, POLITE, pause, SERVE } from "#lab/cluster/pods/programs.js";
import { above, atLeast, equals, predict } from "#lab/judge/prediction.js";

/** A rebuild and a start. */
const WINDOW = 4.3;
/** From one window to the next: not a multiple of the period, so that they meet the probe's ticks at other moments. */
const BETWEEN = 13;
const RELOADS = 5;
const PODS = 3;
const HANGS_AT = 8;
/** So long a hung service is watched that nobody kills. */
const WATCHED_MS = 50_000;
const PATIENCE_MS = 180_000;

export const l103Pods: ClusterScenario = {
  id: "L103",
  measures: {
    ...BESIDE_MEASURES,
    reloads: { about: "reloads that closed the port", unit: "reloads" },
    failures: { about: "failed liveness probes that the kubelet told of", unit: "probes" },
    restarts: { about: "restarts of the container", unit: "restarts" },
    deaf: { about: "clients in the pod that got no answer", unit: "clients" },
  },
  arms: [stopFirst(), deadlock("httpGet"), deadlock("tcpSocket")],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-stop-first.restarts", equals(0), "a window of 4.3 s is too short to kill"),
        predict("pod-deadlock-tcpSocket.restarts", equals(0), "an open port says nothing"),
        predict("pod-deadlock-httpGet.restarts", above(0), "and a page does"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("pod-stop-first.restarts", above(0), "the conflict is as it was")],
    },
  ],
  headline: { measure: "pod-deadlock-tcpSocket.restarts", about: "restarts of a hung real pod" },
};

function stopFirst(): ClusterArm {
  const reload = `${SERVE}; ${pause(BETWEEN)}; kill -KILL $server; echo closed; ${pause(WINDOW)}`;
  return {
    ...{ name: "pod-stop-first", label: `real pods: the port is closed for ${WINDOW} s at a time` },
    seconds: RELOADS * (BETWEEN + WINDOW) + 10,
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("reloads", atLeast(RELOADS * PODS), "every reload was seen"),
      predict("restarts", equals(0), "no window is longer than (F − 1) × P"),
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: PODS,
        asked: {
          program: `${POLITE}; ${PAGES}; while :; do ${reload}; done`,
          livenessProbe: { httpGet: { path: "/healthz", port: PORT }, ...CLAIMED },
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: (age) => age % (BETWEEN + WINDOW) < BETWEEN,
        },
        until: async ({ log }) => {
          await log.seen("started", 1, PATIENCE_MS);
          await bench.clock.wait((RELOADS * (BETWEEN + WINDOW) + 3) * 1_000);
        },
      });
      const logs = await Promise.all(pods.map(({ name }) => bench.log(name, "current")));
      const said = logs.flatMap((one) => (one.ok ? one.value : []));
      const count = (what: string): number =>
        pods.reduce((sum, { log }) => sum + log.count(what), 0);
      record.count("reloads", said.filter((line) => line === "closed").length);
      record.count("failures", count("Unhealthy"));
      record.count("restarts", count("started") - pods.length);
      return beside;
    },
  };
}

function deadlock(kind: "httpGet" | "tcpSocket"): ClusterArm {
  const handler = kind === "httpGet" ? { path: "/healthz", port: PORT } : { port: PORT };
  const asks = `wget -q -T 3 -O - http://127.0.0.1:${PORT}/ >/dev/null || echo "no answer"`;
  return {
    name: `pod-deadlock-${kind}`,
    label: `a real pod: deadlock behind an open port, ${kind}`,
    seconds: 60,
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("deaf", atLeast(1), "the service answers nobody"),
      kind === "httpGet"
        ? predict("restarts", atLeast(1), "three probes in a row got no answer")
        : predict("restarts", equals(0), "the kernel accepts connections for a hung process"),
      kind === "httpGet"
        ? predict("failures", atLeast(3), "and the kubelet says so")
        : predict("failures", equals(0), "so the probe never fails"),
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count: 1,
        asked: {
          program: `${POLITE}; ${PAGES}; ${SERVE}; ${pause(HANGS_AT)}; kill -STOP $server; ${asks}; ${FOREVER}`,
          livenessProbe: { [kind]: handler, timeoutSeconds: 1, ...CLAIMED },
        },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: (age) => kind === "tcpSocket" || age < HANGS_AT,
        },
        until: async ({ log }) => {
          if (kind === "httpGet") return log.seen("started", 2, PATIENCE_MS);
          await log.seen("started", 1, PATIENCE_MS);
          return bench.clock.wait(WATCHED_MS);
        },
      });
      for (const { log, name } of pods) {
        const said = await bench.log(name, kind === "httpGet" ? "previous" : "current");
        const lines = said.ok ? said.value : [];
        record.count("deaf", lines.filter((line) => line === "no answer").length);
        record.count("failures", log.count("Unhealthy"));
        record.count("restarts", Math.max(0, log.count("started") - 1));
      }
      return beside;
    },
  };
}
