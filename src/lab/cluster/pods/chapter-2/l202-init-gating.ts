import type { ClusterArm, ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import { startPod } from "#lab/cluster/follow-pod.js";
import { CONTAINER } from "#lab/cluster/pod-manifest.js";
import { FOREVER, POLITE } from "#lab/cluster/pods/programs.js";
import { above, atLeast, atMost, equals, type Prediction, predict } from "#lab/judge/prediction.js";
import type { PodLine } from "#lab/probe/pod-log.js";

const PATIENCE_MS = 180_000;
/** So long a pod is watched that waits for ever. */
const WATCHED_MS = 25_000;
const MAIN = `${POLITE}; ${FOREVER}`;
/** Fails twice, by what it has left in a volume of the pod. */
const FAILS_TWICE = "echo x >>/tmp/tries; [ $(wc -l </tmp/tries) -gt 2 ]";

export const l202Pods: ClusterScenario = {
  id: "L202",
  measures: {
    disorder: {
      about: "containers that began before the one before had ended",
      unit: "containers",
    },
    app: { about: "starts of the app", unit: "starts" },
    earlier: { about: "starts of the first init container", unit: "starts" },
    tries: { about: "starts of the second init container", unit: "starts" },
    backOff: { about: "from its second failure to its third start, in whole seconds", unit: "s" },
    phase: { about: "phase of the pod at the end", unit: "" },
    refused: { about: "what the API server says of a probe on an init container", unit: "" },
  },
  arms: [
    initPod(
      "pod-always",
      "a real pod: an init container fails twice, Always",
      "Always",
      FAILS_TWICE,
      [
        predict("disorder", equals(0), "the order is strict"),
        predict("earlier", equals(1), "what has completed is not run again"),
        predict("tries", equals(3), "a failure is started again in its place"),
        predict("backOff", atLeast(9), "at once first, then after 10 s"),
        predict("backOff", atMost(25), "and by half of it later"),
        predict("app", equals(1), "it gates, and aborts nothing"),
      ],
    ),
    initPod("pod-never", "a real pod: an init container fails, Never", "Never", "exit 1", [
      predict("tries", equals(1), "Never means never"),
      predict("app", equals(0), "the app does not come"),
      predict("phase", equals("Failed"), "and the pod has failed"),
    ]),
    initPod(
      "pod-waits",
      "a real pod: a loop without an end",
      "Always",
      "while :; do sleep 2; done",
      [
        predict("tries", equals(1), "it runs, and is not started again"),
        predict("app", equals(0), "it waits for ever"),
        predict("phase", equals("Pending"), "and nothing tells why"),
      ],
    ),
    refusedProbe(),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("pod-always.disorder", equals(0), "the order is strict"),
        predict("pod-always.app", equals(1), "but a failure does not abort the pod"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("pod-always.disorder", above(0), "they do not run in order")],
    },
  ],
  headline: {
    measure: "pod-always.app",
    about: "starts of the app after two failures in a real pod",
  },
};

function initPod(
  name: string,
  label: string,
  restartPolicy: "Always" | "Never",
  second: string,
  predictions: readonly Prediction[],
): ClusterArm {
  return {
    ...{ name, label, seconds: 50, predictions },
    async run(context) {
      const { bench, prefix, record } = context;
      const asked = { program: MAIN, restartPolicy, initPrograms: ["sleep 2", second] };
      const pod = await startPod(context, prefix, asked);
      const { log } = pod;
      if (name === "pod-always") await log.seen(`started ${CONTAINER}`, 1, PATIENCE_MS);
      else if (name === "pod-never") await log.seen("Failed", 1, PATIENCE_MS);
      else {
        await log.seen("started init-2", 1, PATIENCE_MS);
        await bench.clock.wait(WATCHED_MS);
      }
      log.end();
      const times = (what: string): readonly PodLine[] =>
        log.lines.filter((line) => line.what === what);
      const starts = ["init-1", "init-2", CONTAINER].map((one) => times(`started ${one}`));
      const ends = ["init-1", "init-2"].map((one) => times(`exited ${one}`).at(-1));
      record.count("earlier", starts[0]?.length ?? 0);
      record.count("tries", starts[1]?.length ?? 0);
      record.count("app", starts[2]?.length ?? 0);
      record.count("disorder", ends.filter((end, place) => isEarly(starts[place + 1], end)).length);
      const failed = times("exited init-2")[1];
      const third = starts[1]?.[2];
      if (failed !== undefined && third !== undefined)
        record.count("backOff", third.at - failed.at);
      const phases = log.lines.filter(({ what }) => PHASES.has(what));
      record.text("phase", phases.at(-1)?.what ?? "Pending");
      return [];
    },
  };
}

const PHASES = new Set(["Running", "Succeeded", "Failed"]);

/** Something of the next one began before the last end of this one. */
const isEarly = (next: readonly PodLine[] | undefined, end: PodLine | undefined): boolean =>
  next?.some(({ at }) => end === undefined || at < end.at) ?? false;

function refusedProbe(): ClusterArm {
  return {
    ...{ name: "pod-probe", label: "a startupProbe on an init container", seconds: 5 },
    predictions: [
      predict(
        "refused",
        equals("may not be set for init containers without restartPolicy=Always"),
        "only sidecars have probes",
      ),
    ],
    async run(context) {
      const initProbe = { tcpSocket: { port: 80 } };
      const asked = { program: MAIN, initPrograms: ["true"], initProbe };
      let words = "nothing";
      try {
        await startPod(context, context.prefix, asked, null);
      } catch (error) {
        words = (error as Error).message;
      }
      context.record.text(
        "refused",
        /may not be set for init containers[\w\s=]*/.exec(words)?.[0] ?? words,
      );
      return [];
    },
  };
}
