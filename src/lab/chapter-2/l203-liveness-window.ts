import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { COLD_SERVICE } from "#lab/programs/cold-service.js";
import { nodeService } from "#lab/programs/node-service.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

/** As the claim has them; nominal seconds. */
const LIVENESS = { D: 5, P: 10, T: 1, F: 3 };
/** For a cold start of 12 s with half of it to spare: a budget of 20 s. */
const STARTUP = { P: 2, F: 10 };
/** So many pods run beside each other. */
const TOGETHER = 5;

export const l203: Scenario = {
  id: "L203",
  chapter: 2,
  title: "Liveness while a service starts",
  claim:
    "With delay 5, period 10, threshold 3 and a cold start of 12 s, the third failure comes at 25 s and the container is killed.",
  story: {
    before:
      "Pods with exactly these fields, whose service begins to listen 12, 26, 30 or 36 s after its start; the probe's ticks come at moments spread evenly over its period, as in a real node where nobody chooses them.",
    after:
      "The cold start of 12 s with a startup probe (period 2, threshold 10), and under hotpod, whose /livez answers from the first moment.",
  },
  correction:
    "At 12 s no pod is killed: the second probe comes at 15 s or later and passes. A kill is possible if the cold start is longer than D + (F − 1) × P, here 25 s, and certain from D + F × P on, here 35 s.",
  advice: [
    "Give slow starts a startup probe: liveness then waits for it, and stays quick afterwards.",
    "A longer initialDelaySeconds only helps the first seconds of each container, and delays every later finding.",
  ],
  rules: ["HP201", "HP202", "HP210"],
  settings: ["probes.listen", "ready.timeout"],
  needs: ["linux", "go"],
  budgetSeconds: 55,
  timed: true,
  tags: ["probes", "start"],
  measures: {
    pods: { about: "pods, each with its own phase of the probe", unit: "pods" },
    failures: { about: "probe failures of a pod at most", unit: "probes" },
    once: { about: "pods with one failure", unit: "pods" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    cold: { about: "how long the service took to listen, where it came to", unit: "s" },
    contrary: {
      about: "pods whose fate contradicts the arithmetic, by their own cold start",
      unit: "pods",
    },
    age: { about: "age of the container at its first kill", unit: "s" },
    started: { about: "pods whose service came to answer in its first container", unit: "pods" },
  },
  arms: [
    cold("cold-12", 12, 20, [
      predict(
        "failures",
        below(3),
        "never three in a row: the second comes when the service listens",
      ),
      predict("once", above(0), "the first one may come too early"),
      predict("killed", equals(0), "one failure is not three"),
    ]),
    cold("cold-26", 26, 10, [
      predict("killed", below(10), "only where the first probe comes in the first second or so"),
    ]),
    cold("cold-30", 30, 10, [
      predict("killed", atLeast(2), "about half of the phases"),
      predict("killed", below(10), "the others meet a service that listens"),
    ]),
    cold("cold-36", 36, 10, [
      predict("killed", equals(10), "three probes fail, whatever the phase"),
      predict("age", atLeast(25), "the third tick is D + 2 P or later"),
      predict("age", below(37), "and before D + 3 P, with a moment for the kill"),
    ]),
    startupProbe(),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("cold-12.killed", equals(0), "nobody was killed at 12 s"),
        predict("cold-36.killed", above(0), "though the arithmetic does kill when it should"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("cold-12.killed", above(0), "the cold start of 12 s was killed")],
    },
  ],
  headline: {
    before: "cold-12.killed",
    after: "hotpod.killed",
    about: "of 20 pods killed at 12 s",
  },
  byHand: `# in a cluster: a container that listens after 12 s, with the claim's probe
kubectl run l203 --image=python:3-alpine --overrides='{"spec":{"containers":[{"name":"l203",
  "image":"python:3-alpine","command":["sh","-c","sleep 12; exec python -m http.server 8080"],
  "livenessProbe":{"tcpSocket":{"port":8080},"initialDelaySeconds":5,"periodSeconds":10,"failureThreshold":3}}]}}'
kubectl get pod l203 -w           # RESTARTS stays 0; with "sleep 36" it does not`,
};

function cold(name: string, seconds: number, pods: number, predictions: Arm["predictions"]): Arm {
  return {
    ...{ name, side: "before", label: `cold start of ${seconds} s`, needs: [] },
    predictions: [
      predict("pods", equals(pods), "every phase was tried"),
      predict("contrary", equals(0), "possible from D + (F − 1) P on, certain from D + F P on"),
      ...predictions,
    ],
    run: (bench, record) =>
      survey(bench, record, { seconds, pods, until: seconds + 12, startup: null }),
  };
}

function startupProbe(): Arm {
  return {
    ...{ name: "startup-probe", side: "after", label: "cold start of 12 s, with a startup probe" },
    needs: [],
    predictions: [
      predict("killed", equals(0), "the budget of 20 s is longer than the start"),
      predict("started", equals(10), "liveness was not asked before"),
    ],
    run: (bench, record) =>
      survey(bench, record, { seconds: 12, pods: 10, until: 30, startup: STARTUP }),
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, cold start of 12 s", needs: [] },
    predictions: [
      predict("failures", equals(0), "/livez is hotpod's own: it answers while the service starts"),
      predict("killed", equals(0), "nothing gives cause"),
      predict("started", equals(1), "the service came up in its first container"),
    ],
    async run(bench, record) {
      const { files, folder, network, processes, scale } = bench;
      const cwd = `${folder}/service`;
      files.makeFolder(cwd);
      files.write(`${cwd}/app.mjs`, nodeService("v1"));
      const probesPort = await network.freePort();
      const port = await network.freePort();
      let restarts = -1;
      const start = () => {
        restarts += 1;
        return processes.start(["sleep", "1000"]);
      };
      const livenessProbe = probe(httpGet(probesPort, "/livez"), { ...LIVENESS, D: 0 });
      // The pod is as old as hotpod: both begin now.
      const hotpod = bench.hotpod({
        ...{ cwd, port, probesPort, env: { START_MS: `${12_000 * scale}` } },
        args: ["--recipe", "none", "--", "node", "app.mjs"],
      });
      await network.untilListening(probesPort, PATIENCE_MS);
      const asked = pod({ containers: [container({ livenessProbe })] });
      const run = runPod({ bench, record, pod: asked, processes: [{ start }] });
      await hotpod;
      await run.log.seen("liveness success", 3, PATIENCE_MS);
      run.stop();
      const failures = run.log.count("liveness failure") + run.log.count("liveness error");
      record.count("failures", failures, run.log.attempts("liveness"));
      record.count("killed", run.log.count("Killing") > 0 ? 1 : 0, 1);
      const answered = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
      record.count("started", answered.kind === "answered" && restarts === 0 ? 1 : 0, 1);
    },
  };
}

interface Survey {
  /** Nominal seconds from a container's start to its listening. */
  readonly seconds: number;
  readonly pods: number;
  /** Nominal seconds that each pod is watched. */
  readonly until: number;
  readonly startup: typeof STARTUP | null;
}

/** Pods whose probes come at different moments of the period; some run beside each other. */
async function survey(bench: LabBench, record: Recorder, asked: Survey): Promise<void> {
  const program = await bench.goProgram("cold-service", COLD_SERVICE);
  const phases = Array.from(
    { length: asked.pods },
    (_, index) => ((index + 0.5) * LIVENESS.P) / asked.pods,
  );
  const runs: ColdPod[] = [];
  for (let from = 0; from < phases.length; from += TOGETHER) {
    const batch = phases.slice(from, from + TOGETHER);
    const drawn = from === 0;
    const pods = batch.map((phase, index) =>
      onePod(bench, program, asked, phase, drawn && index < 3 ? record : null),
    );
    runs.push(...(await Promise.all(pods)));
  }
  const failures = runs.map(({ log }) => log.count("liveness failure"));
  const ages = runs.flatMap(({ killedAt }) => killedAt ?? []);
  record.count("pods", runs.length);
  record.count("failures", Math.max(...failures));
  record.spread(
    "cold",
    runs.flatMap(({ coldSeconds }) => coldSeconds ?? []),
  );
  if (asked.startup === null) record.count("contrary", runs.filter(isContrary).length, runs.length);
  record.count("once", failures.filter((count) => count === 1).length, runs.length);
  record.count("killed", ages.length, runs.length);
  record.spread("age", ages);
  const steady = runs.filter(
    ({ log }) => log.count("started") === 1 && log.count("liveness success") > 0,
  );
  record.count("started", steady.length, runs.length);
}

interface ColdPod {
  readonly log: PodRun["log"];
  /** Of the first container, nominal; null: it never came to listen. */
  readonly coldSeconds: number | null;
  /** Its age at its kill; null: it was not. */
  readonly killedAt: number | null;
}

/** Times of the API are whole seconds, so that a container may seem up to a second older. */
const TRUNCATION = 1;

function isContrary({ coldSeconds, killedAt }: ColdPod): boolean {
  const { D, P, F } = LIVENESS;
  if (killedAt === null) return coldSeconds === null || coldSeconds > D + F * P + TRUNCATION;
  return coldSeconds !== null && coldSeconds < D + (F - 1) * P - TRUNCATION;
}

async function onePod(
  bench: LabBench,
  program: string,
  { seconds, until, startup }: Survey,
  phaseSeconds: number,
  record: Recorder | null,
): Promise<ColdPod> {
  const { clock, network, processes, scale } = bench;
  const port = await network.freePort();
  const env = { PORT: `${port}`, HOST: network.host, START_MS: `${seconds * 1_000 * scale}` };
  let first: { readonly atMs: number; readonly process: LabProcess } | null = null;
  const start = async (): Promise<LabProcess> => {
    const atMs = clock.nowMs();
    const process = await processes.start([program], { env });
    first ??= { atMs, process };
    return process;
  };
  const handler = httpGet(port, "/");
  const probes = {
    livenessProbe: probe(handler, LIVENESS),
    startupProbe: startup === null ? null : probe(handler, startup),
  };
  const asked = pod({ containers: [container({ name: `${phaseSeconds} s`, ...probes })] });
  const run = runPod({ bench, record, pod: asked, processes: [{ start }], phaseSeconds });
  await clock.wait(until * 1_000 * scale);
  const running = run.process(0);
  run.stop();
  running?.signal("SIGKILL");
  await running?.exited;
  return { log: run.log, ...fateOf(run, first, scale) };
}

function fateOf(
  { log }: PodRun,
  first: { readonly atMs: number; readonly process: LabProcess } | null,
  scale: number,
): Pick<ColdPod, "coldSeconds" | "killedAt"> {
  const listening = first?.process.lines.items.find(({ text }) => text === "listening");
  const nominal = (ms: number): number => ms / 1_000 / scale;
  const killing = log.lines.find(({ what }) => what === "Killing");
  const started = log.lines.find(({ what }) => what === "started");
  return {
    coldSeconds: listening === undefined ? null : nominal(listening.atMs - (first?.atMs ?? 0)),
    killedAt: killing === undefined || started === undefined ? null : killing.at - started.at,
  };
}

const PATIENCE_MS = 60_000;
