import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { alwaysArm, failedArm, lostArm } from "./init/failing-arms.js";
import { boundedArm, gateArm } from "./init/hotpod-gate.js";
import {
  completed,
  eventsIn,
  outOfOrder,
  PATIENCE_MS,
  restartsOf,
  runInitPod,
  sleepStep,
  startDependency,
  waitStep,
} from "./init/init-pods.js";
import { probeArm, sidecarArm } from "./init/probed-arms.js";

/** Nominal seconds: when the port opens, and for how long a pod is watched of which nothing is to come. */
const [OPENS_AT, WATCHED] = [9, 40];

export const l202: Scenario = {
  id: "L202",
  chapter: 2,
  title: "What init containers gate",
  claim:
    "Init containers run strictly in order; one failure aborts the pod; they have no probes but startupProbe (since 1.20); a loop that waits for the database keeps the app from starting too early.",
  story: {
    before:
      "A pod with three init containers: 4 s of work, a loop that asks for a port every 2 s, 2 s of work. The port opens after 9 s, or never. Then an init container that fails twice, with restartPolicy Always and Never; a database that goes away once the app has started; and a startupProbe on an init container, plain and as a sidecar.",
    after:
      "hotpod starts a service at once that says by /ready whether its database is there (ready.http): once the database opens later, once it never does.",
  },
  correction:
    "The order is strict, and the loop does gate. But a failing init container is started again in its place, after 0 s, then 10, 20 s and so on, and the ones before it are not: only restartPolicy Never makes the pod fail. A loop without an end waits for ever, at Init:1/3, without a restart and without an event. What goes away later is not waited for again. A plain init container has no probe at all: the API server refuses it (may not be set for init containers without restartPolicy=Always); sidecars have them, since 1.28.",
  advice: [
    "Bound the loop, and say what it waits for.",
    "Let readiness tell that the database is missing: it does so later as well.",
    "With hotpod: ready.http for the first time, readiness on the service's own page for later.",
  ],
  rules: ["HP302", "HP303", "HP304"],
  settings: ["ready.http", "ready.timeout", "crash.restarts"],
  needs: ["linux"],
  budgetSeconds: 25,
  timed: true,
  tags: ["start"],
  measures: {
    disorder: {
      about: "containers that began before the one before had ended",
      unit: "containers",
    },
    waited: { about: "nominal time from the start of the database to the loop's end", unit: "s" },
    app: { about: "starts of the app", unit: "starts" },
    done: { about: "init containers that completed", unit: "containers" },
    restarts: { about: "init containers started again", unit: "starts" },
    events: { about: "events of the kubelet", unit: "events" },
    tries: { about: "starts of the init container that fails", unit: "starts" },
    earlier: { about: "starts of the init container before it", unit: "starts" },
    early: { about: "back-offs before its second start", unit: "back-offs" },
    backOff: { about: "nominal time from its second failure to its third start", unit: "s" },
    phase: { about: "phase of the pod at the end", unit: "" },
    lost: { about: "times that the pod lost Ready or its app", unit: "times" },
    asked: { about: "probes that the init container was asked", unit: "probes" },
    begun: { about: "services that ran before the database was there", unit: "services" },
    unready: { about: "readiness probes that failed until it was", unit: "probes" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    ready: { about: "pods that became ready", unit: "pods" },
    told: { about: "times that hotpod said what it had waited for", unit: "times" },
    code: { about: "exit code of hotpod", unit: "" },
  },
  arms: [
    opensArm(),
    neverArm(),
    alwaysArm(),
    failedArm(),
    lostArm(),
    probeArm(),
    sidecarArm(),
    gateArm(),
    boundedArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("opens.disorder", equals(0), "the order is strict"),
        predict("always.app", equals(1), "but a failure does not abort the pod"),
      ],
    },
    {
      verdict: "confirmed",
      when: [
        predict("opens.disorder", equals(0), "the order is strict"),
        predict("always.app", equals(0), "and a failure aborts the pod"),
      ],
    },
    {
      verdict: "refuted",
      when: [predict("opens.disorder", atLeast(1), "they do not run in order")],
    },
  ],
  headline: {
    before: "never.events",
    after: "hotpod-bounded.told",
    about: "times that somebody said that the database is missing",
  },
  byHand: `# in a cluster: waits for ever, Init:0/1, and nothing says so
kubectl run l202 --image=busybox --overrides='{"spec":{"initContainers":[{"name":"wait","image":"busybox",
  "command":["sh","-c","until nc -z no-such-db 5432; do sleep 2; done"]}],
  "containers":[{"name":"l202","image":"busybox","command":["sleep","3600"]}]}}'
kubectl get pod l202; kubectl describe pod l202
# a probe on a plain init container is refused
kubectl run l202b --image=busybox --dry-run=server --overrides='{"spec":{"initContainers":[{"name":"a","image":"busybox",
  "startupProbe":{"tcpSocket":{"port":80}}}],"containers":[{"name":"l202b","image":"busybox"}]}}'`,
};

/** The claim's three steps: one that works, one that waits for the port, and one more. */
const chain = (bench: LabBench, port: number) => [
  sleepStep(bench, "migrate", 4),
  waitStep(bench, port),
  sleepStep(bench, "copy", 2),
];

function opensArm(): Arm {
  return {
    ...{ name: "opens", side: "before", label: `the port opens after ${OPENS_AT} s`, needs: [] },
    predictions: [
      predict("disorder", equals(0), "each begins when the one before has completed"),
      predict("waited", atLeast(0), "the loop ends when somebody accepts, not before"),
      predict("done", equals(3), "all of them completed"),
      predict("app", equals(1), "then the app starts"),
      predict("restarts", equals(0), "nobody failed"),
    ],
    async run(bench, record) {
      const port = await bench.network.freePort();
      const run = runInitPod(bench, record, chain(bench, port));
      await bench.clock.wait(OPENS_AT * 1_000 * bench.scale);
      // It cannot accept before it is started.
      const notBefore = run.now();
      record.mark("the database is started");
      await startDependency(bench, port);
      await run.log.seen("Ready", 1, PATIENCE_MS);
      run.stop();
      const { log } = run;
      const waited = log.lines.find(({ what, place }) => what === "exited" && place === 1);
      record.count("disorder", outOfOrder(log, 4), 3);
      record.count("waited", (waited?.at ?? Number.NaN) - notBefore);
      record.count("done", completed(log, 3), 3);
      record.count("app", log.count("started", 3));
      record.count("restarts", restartsOf(log, 3));
    },
  };
}

function neverArm(): Arm {
  return {
    ...{ name: "never", side: "before", label: "the port never opens", needs: [] },
    predictions: [
      predict("done", equals(1), "the second of three goes on: Init:1/3"),
      predict("restarts", equals(0), "it does not fail, it waits"),
      predict("events", equals(0), "and nobody says so"),
      predict("app", equals(0), "the app never starts"),
    ],
    async run(bench, record) {
      const port = await bench.network.freePort();
      const run = runInitPod(bench, record, chain(bench, port));
      await bench.clock.wait(WATCHED * 1_000 * bench.scale);
      const isWaiting = ({ text }: { text: string }): boolean => text === "waiting";
      await run.process(1)?.lines.until("the loop", isWaiting, 0, PATIENCE_MS);
      run.stop();
      record.count("done", completed(run.log, 3), 3);
      record.count("restarts", restartsOf(run.log, 3));
      record.count("events", eventsIn(run.log));
      record.count("app", run.log.count("started", 3));
    },
  };
}
