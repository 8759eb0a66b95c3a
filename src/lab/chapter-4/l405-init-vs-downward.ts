import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import type { ContainerProcesses } from "#lab/probe/real-host.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { WAIT_FOR_PORT } from "#lab/programs/files/waiting-service.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { HotpodOptions, LabBench, LabHotpod, LabProcess } from "#ports/lab/lab-bench.js";
import { waitingPod } from "./params/waiting-pod.js";

/** Nominal seconds: the steps of the init containers, the poll of the second one, the service's own start. */
const [SETTINGS, POLL, PREPARE, START] = [4, 2, 4, 6];
/** When the dependency comes, by the pod's age. */
const DEPENDENCY_AT = 9;
const PATIENCE_MS = 60_000;

export const l405: Scenario = {
  id: "L405",
  chapter: 4,
  title: "The Downward API instead of init containers",
  claim: "Replacing the logic of init containers by the Downward API removes the start delay.",
  story: {
    before: `A pod with three init containers: one fetches a value (${SETTINGS} s), one waits for a dependency that comes at ${DEPENDENCY_AT} s (asks every ${POLL} s), one prepares a folder (${PREPARE} s); then a service that takes ${START} s to start. The same service without them, its value in a Downward API volume, the folder prepared before. And so again with nobody to prepare the folder.`,
    after:
      "The value in a Downward API volume, only the preparation in an init container, the service under hotpod with ready.http: it warms up at once and is ready when the dependency answers, which comes only then.",
  },
  correction:
    "What only hands over values can go, and the start comes earlier by as much as it took. But the Downward API knows the pod's own metadata, resources and addresses and nothing else: it fetches nothing, waits for nothing and prepares nothing, and a service that needs such a step and does not get it crashes until it does. Waiting belongs into readiness, where it costs no start: the service is warm when the dependency comes. And a reference to a value that is not there still blocks the container (CreateContainerConfigError); Kubernetes documents that, and no arm here shows it: only a cluster has it, by the last command below.",
  advice: [
    "Values of the pod itself: a Downward API volume. Other values: a ConfigMap volume.",
    "Waiting for a dependency: in readiness, not in an init container.",
    "Steps that change something (permissions, migrations): they stay, in an init container or a Job.",
  ],
  rules: ["HP301", "HP1207", "HP1201"],
  settings: ["ready.http", "ready.timeout", "policy.dir"],
  needs: ["linux"],
  budgetSeconds: 10,
  timed: true,
  tags: ["init", "config"],
  measures: {
    started: { about: "nominal time from the pod's begin to the service's start", unit: "s" },
    served: { about: "nominal time from the pod's begin to the first answer", unit: "s" },
    after: { about: "nominal time from the dependency's begin to the first answer", unit: "s" },
    inits: { about: "runs of init containers", unit: "runs" },
    overlaps: { about: "starts of a container before the one before had ended", unit: "starts" },
    starts: { about: "starts of the service", unit: "starts" },
    value: { about: "the value that the service answers", unit: "" },
    early: { about: "services that were warm before the dependency came", unit: "services" },
  },
  arms: [chain(), direct(), unprepared(), hotpodArm()],
  predictions: [
    predict(
      "direct.served",
      below({ measure: "init-chain.served" }),
      "what is not waited for is not waited for",
    ),
    predict(
      "hotpod.after",
      below({ measure: "init-chain.after" }),
      "it is warm already, and the chain's last step and the start come after the wait",
    ),
  ],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("direct.served", below({ measure: "init-chain.served" }), "it starts earlier"),
        predict("unprepared.value", equals("nothing"), "but not everything can go"),
      ],
    },
    {
      verdict: "refuted",
      when: [
        predict(
          "direct.served",
          atLeast({ measure: "init-chain.served" }),
          "no sooner than before",
        ),
      ],
    },
  ],
  headline: {
    before: "init-chain.after",
    after: "hotpod.after",
    about: "s from the dependency's begin to the first answer",
  },
  byHand: `# in a cluster: the pod starts 20 s later with the init container than without
kubectl run slow --image=nginx --overrides='{"spec":{"initContainers":[{"name":"wait","image":"busybox","command":["sleep","20"]}]}}'
kubectl run fast --image=nginx
kubectl get pods slow fast -w
# a value that is not there: CreateContainerConfigError, for as long as it is not
kubectl run none --image=nginx --overrides='{"spec":{"containers":[{"name":"none","image":"nginx",
  "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"absent","key":"a"}}}]}]}}'
kubectl get pod none -w`,
};

function chain(): Arm {
  return {
    ...{ name: "init-chain", side: "before", label: "three init containers", needs: [] },
    predictions: [
      predict("inits", equals(3), "each once"),
      predict("overlaps", equals(0), "one after the other, then the service"),
      predict("started", atLeast(DEPENDENCY_AT + PREPARE), "after the wait and the last step"),
      predict("after", atLeast(PREPARE + START), "the last step and the start come after the wait"),
      predict("value", equals("5"), "what the first one has fetched"),
    ],
    async run(bench, record) {
      const place = await waitingPod(bench, START);
      const { clock, files, folder, processes, scale } = bench;
      const settings = `${folder}/settings`;
      const seconds = (nominal: number): string => `${nominal * scale}`;
      const shell =
        (script: string, ...args: readonly string[]) =>
        () =>
          processes.start(["sh", "-c", script, "sh", ...args]);
      const wait = `${folder}/wait.mjs`;
      files.write(wait, WAIT_FOR_PORT);
      const POLL_MS = `${POLL * 1_000 * scale}`;
      const steps: readonly ContainerProcesses["start"][] = [
        shell(`sleep "$1"; echo 'limit="5"' > "$2"`, seconds(SETTINGS), settings),
        () => processes.start(["node", wait], { env: place.env({ POLL_MS }) }),
        shell('sleep "$1"; mkdir "$2"', seconds(PREPARE), place.prepared),
      ];
      let [under, overlaps, inits] = [0, 0, 0];
      const counted = (
        start: ContainerProcesses["start"],
        isInit: boolean,
      ): ContainerProcesses => ({
        async start(instance) {
          if (under > 0) overlaps += 1;
          under += 1;
          if (isInit) inits += 1;
          const process = await start(instance);
          void process.exited.then(() => {
            under -= 1;
          });
          return process;
        },
      });
      const names = ["settings", "wait", "prepare"];
      const service = () => place.startService({ LIMIT_FILE: settings });
      const run = runPod({
        ...{ bench, record },
        pod: pod({ initContainers: names.map((name) => container({ name })) }),
        processes: [...steps.map((step) => counted(step, true)), counted(service, false)],
      });
      await clock.wait(DEPENDENCY_AT * 1_000 * scale);
      const openedMs = await place.openDependency(record);
      await place.answered(record);
      record.count("after", place.nominal(clock.nowMs() - openedMs));
      record.count("inits", inits);
      record.count("overlaps", overlaps, inits + 1);
      writeStart(record, run, names.length);
    },
  };
}

function direct(): Arm {
  return {
    ...{ name: "direct", side: "before", label: "Downward API volume, no init", needs: [] },
    predictions: [
      predict("value", equals("5"), "the volume is there before the container starts"),
      predict("starts", equals(1), "nothing is missing"),
      predict("served", atLeast(START), "its own start remains"),
    ],
    async run(bench, record) {
      const place = await waitingPod(bench, START);
      bench.files.makeFolder(place.prepared);
      const start = () => place.startService({});
      const run = runPod({ ...{ bench, record, pod: pod(), processes: [{ start }] } });
      await place.answered(record);
      writeStart(record, run, 0);
    },
  };
}

function unprepared(): Arm {
  return {
    ...{ name: "unprepared", side: "before", label: "nobody prepares its folder", needs: [] },
    predictions: [
      predict("starts", atLeast(3), "it ends at once, and the kubelet starts it again and again"),
      predict("value", equals("nothing"), "a volume of metadata prepares nothing"),
    ],
    async run(bench, record) {
      const place = await waitingPod(bench, START);
      const start = () => place.startService({});
      const run = runPod({ ...{ bench, record, pod: pod(), processes: [{ start }] } });
      await run.log.seen("exited", 3, PATIENCE_MS);
      record.text("value", await place.answer(1_000));
      record.count("starts", run.log.count("started"));
      run.stop();
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, ready.http", needs: [] },
    predictions: [
      predict(
        "early",
        equals(1),
        "it starts at once and warms up while the dependency is not there",
      ),
      predict("value", equals("5"), "from the Downward API volume"),
      predict("inits", equals(1), "the preparation stays"),
      predict("starts", equals(1), "readiness waits, the service does not end"),
      predict("after", above(0), "not ready before the dependency is"),
    ],
    async run(bench, record) {
      const { clock, files, folder, network, processes, scale } = bench;
      const place = await waitingPod(bench, START);
      files.makeFolder(`${folder}/service`);
      let inits = 0;
      const preparation = () => {
        inits += 1;
        const seconds = `${PREPARE * scale}`;
        return processes.start([
          "sh",
          "-c",
          'sleep "$1"; mkdir "$2"',
          "sh",
          seconds,
          place.prepared,
        ]);
      };
      const { hotpod, start } = startedLater(bench, {
        cwd: `${folder}/service`,
        args: [
          ...["--recipe", "none", "--handover", "inherit", "--ready-http", "/ready"],
          ...["--", "node", place.program],
        ],
        env: place.env({}),
      });
      const initContainers = [container({ name: "prepare" })];
      const both = [{ start: preparation }, { start }];
      const run = runPod({ ...{ bench, record, pod: pod({ initContainers }), processes: both } });
      await place.warm();
      const isEarly = (await network.connect(place.dependency, 1_000)).connected ? 0 : 1;
      const openedMs = await place.openDependency(record);
      const { notices, port } = await hotpod;
      const end = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
      const isPromoted = ({ kind }: { kind: string }): boolean => kind === "promoted";
      const promoted = await notices.until("ready", isPromoted, 0, PATIENCE_MS);
      record.text("value", end.kind === "answered" ? end.body.trim() : "nothing");
      record.count("after", place.nominal(promoted.seenMs - openedMs));
      record.count("early", isEarly, 1);
      record.count("inits", inits);
      record.count(
        "starts",
        notices.items.filter(({ kind }) => kind === "generation-started").length,
      );
      run.stop();
      drawNotices(record, notices.items, clock.nowMs());
    },
  };
}

/** A hotpod that begins with its container. `start` starts what stands for the container; hotpod's own process is the bench's. */
function startedLater(bench: LabBench, options: HotpodOptions) {
  let begin: (hotpod: Promise<LabHotpod>) => void = () => {};
  const hotpod = new Promise<LabHotpod>((resolve) => {
    begin = resolve;
  });
  // An arm that fails before it waits for hotpod ends it: that failure is the one to tell.
  hotpod.catch(() => {});
  const start = (): Promise<LabProcess> => {
    begin(bench.hotpod(options));
    return bench.processes.start(["sleep", "1000"]);
  };
  return { hotpod, start };
}

/** `member`: the place of the service's container. */
function writeStart(record: Recorder, run: PodRun, member: number): void {
  const starts = run.log.lines.filter(({ what, place }) => what === "started" && place === member);
  record.count("started", starts[0]?.at ?? 0);
  record.count("starts", starts.length);
  run.stop();
}
