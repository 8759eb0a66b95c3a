import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { livePods } from "#lab/cluster/follow-pod.js";
import { PORT, type PodAsked } from "#lab/cluster/pod-manifest.js";
import { ageAtKill, failuresOf } from "#lab/cluster/pods/dying.js";
import { FOREVER, PAGES, POLITE, pause, SERVE } from "#lab/cluster/pods/programs.js";
import { above, atLeast, below, equals, type Prediction, predict } from "#lab/judge/prediction.js";
import type { PodLine } from "#lab/probe/pod-log.js";

const PAGE = { httpGet: { path: "/", port: PORT } };
/** As the claim has them. */
const [DELAY, PERIOD] = [30, 10];
/** A server that begins at once is there before somebody asks. */
const UP = 3;
const READINESS = { ...PAGE, initialDelaySeconds: UP, periodSeconds: 5, successThreshold: 2 };
const LIVENESS = { ...PAGE, periodSeconds: PERIOD, failureThreshold: 3 };
const DELAYED = { ...LIVENESS, initialDelaySeconds: DELAY };
/** In the place of the delay. */
const STARTUP = { ...PAGE, initialDelaySeconds: UP, periodSeconds: 2, failureThreshold: 15 };
const PODS = 3;
/**
 * Readiness is asked at the start and every 5 s from then on; on a node with a load that is up to some 3 s later. What follows begins and
 * ends between two such moments.
 */
const COLD = 13.5;
/** Longer than a period of liveness: at least one probe falls into it, and never three. */
const [RELOAD_AT, RELOAD] = [48.5, 11];
const HANGS_AT = 13.5;
const PATIENCE_MS = 240_000;

export const l207Pods: ClusterScenario = {
  id: "L207",
  measures: {
    ...BESIDE_MEASURES,
    pods: { about: "pods", unit: "pods" },
    hit: { about: "pods of which the kubelet told that liveness failed", unit: "pods" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    ready: { about: "from its start to the pod being ready, in whole seconds", unit: "s" },
    age: { about: "age of the container at its first kill, in whole seconds", unit: "s" },
  },
  arms: [
    cold(),
    reload(),
    hang("pod-hang-delay", `delay of ${DELAY} s`, { livenessProbe: DELAYED }, [
      predict("age", atLeast(DELAY + 2 * PERIOD - 1), "the delay's rest, then three probes"),
    ]),
    hang("pod-hang-startup", "startup probe", { livenessProbe: LIVENESS, startupProbe: STARTUP }, [
      predict("age", below(DELAY + 2 * PERIOD - 1), "liveness begins as soon as it is up"),
    ]),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-cold.hit", equals(0), "the start is protected"),
        predict("pod-reload.hit", above(0), "a later reload is not"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("pod-cold.hit", equals(0), "the start is protected"),
        predict("pod-reload.hit", equals(0), "and so is a later reload"),
      ],
    },
    { verdict: "refuted", when: [predict("pod-cold.hit", above(0), "not even the start is")] },
  ],
  headline: {
    measure: "pod-reload.hit",
    about: `of ${PODS} real pods with liveness failed by a later reload`,
  },
};

function cold(): ClusterArm {
  const program = `${POLITE}; ${PAGES}; ${pause(COLD)}; ${SERVE}; wait $server`;
  return livedArm({
    ...{ name: "pod-cold", label: `real pods: a cold start of ${COLD} s` },
    ...{ program, probes: { livenessProbe: DELAYED }, count: PODS },
    healthy: (age) => age >= COLD,
    watchSeconds: DELAY + PERIOD + 5,
    predictions: [
      predict("hit", equals(0), "within the delay nobody asks"),
      predict("killed", equals(0), "so nobody kills"),
      predict("ready", atLeast(COLD), "two probes have to pass, and the first ones cannot"),
    ],
  });
}

function reload(): ClusterArm {
  const reloads = `kill -KILL $server; ${pause(RELOAD)}; ${SERVE}; wait $server`;
  return livedArm({
    ...{
      name: "pod-reload",
      label: `real pods: the port is closed for ${RELOAD} s at ${RELOAD_AT} s`,
    },
    program: `${POLITE}; ${PAGES}; ${SERVE}; ${pause(RELOAD_AT)}; ${reloads}`,
    ...{ probes: { livenessProbe: DELAYED }, count: PODS },
    healthy: (age) => age < RELOAD_AT || age >= RELOAD_AT + RELOAD,
    watchSeconds: RELOAD_AT + RELOAD + PERIOD,
    predictions: [
      predict("hit", equals(PODS), "the delay is over: a probe falls into every one"),
      predict("killed", equals(0), "what protects is that one or two failures are not three"),
    ],
  });
}

function hang(
  name: string,
  how: string,
  probes: Pick<PodAsked, "livenessProbe" | "startupProbe">,
  predictions: readonly Prediction[],
): ClusterArm {
  return livedArm({
    ...{ name, probes, count: 1, watchSeconds: null },
    label: `a real pod: hangs at ${HANGS_AT} s, ${how}`,
    program: `${POLITE}; ${PAGES}; ${SERVE}; ${pause(HANGS_AT)}; kill -STOP $server; ${FOREVER}`,
    healthy: (age) => age < HANGS_AT,
    predictions: [
      predict("killed", equals(1), "three probes in a row got no answer"),
      ...predictions,
    ],
  });
}

interface Lived {
  readonly name: string;
  readonly label: string;
  readonly program: string;
  readonly probes: Pick<PodAsked, "livenessProbe" | "startupProbe">;
  readonly count: number;
  readonly healthy: (age: number) => boolean;
  /** From its start on; null: until it has been killed and started again. */
  readonly watchSeconds: number | null;
  readonly predictions: readonly Prediction[];
}

function livedArm({ name, label, count, watchSeconds, ...lived }: Lived): ClusterArm {
  return {
    ...{ name, label, seconds: (watchSeconds ?? DELAY + 3 * PERIOD) + 10 },
    predictions: [
      predict("outside", equals(0), "the node does what the model does"),
      predict("pods", equals(count), "all of them were seen to the end"),
      ...lived.predictions,
    ],
    async run(context) {
      const { bench, record } = context;
      const { pods, beside } = await livePods(context, {
        count,
        asked: { program: lived.program, readinessProbe: READINESS, ...lived.probes },
        script: {
          ...{ exitsAfter: () => null, termTakes: () => 0, termCode: 0 },
          healthy: lived.healthy,
        },
        until: async ({ log }) => {
          if (watchSeconds === null) return log.seen("started", 2, PATIENCE_MS);
          await log.seen("started", 1, PATIENCE_MS);
          return bench.clock.wait(watchSeconds * 1_000);
        },
      });
      const ages = pods.flatMap(ageAtKill);
      record.count("pods", pods.length);
      record.count("hit", pods.filter((pod) => failuresOf(pod, "Liveness") > 0).length, count);
      record.count("killed", ages.length, count);
      record.spread(
        "ready",
        pods.flatMap(({ log }) => secondsToReady(log.lines)),
      );
      record.spread("age", ages);
      return beside;
    },
  };
}

function secondsToReady(lines: readonly PodLine[]): readonly number[] {
  const ready = lines.find(({ what }) => what === "Ready");
  const started = lines.find(({ what }) => what === "started");
  return ready === undefined || started === undefined ? [] : [ready.at - started.at];
}
