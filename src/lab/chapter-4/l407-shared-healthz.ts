import { above, atLeast, below, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { FLAGGED_SERVICE } from "#lab/programs/flagged-service.js";
import { nodeService } from "#lab/programs/node-service.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** Nominal seconds. */
const LIVENESS = { D: 5, P: 10, F: 3 };
const PODS = 10;
const TOGETHER = 5;
/** When the flag goes off, by the pod's age. */
const OFF_AT = 12;
/** Real time that hotpod's candidate takes to get ready: forty nominal seconds at the usual scale. */
const READY_MS = 4_000;
const PATIENCE_MS = 60_000;

export const l407: Scenario = {
  id: "L407",
  chapter: 4,
  title: "One /healthz for liveness and for readiness",
  claim: "One /healthz with a ready flag can serve liveness and readiness.",
  story: {
    before:
      "A service whose /healthz answers 503 while its flag is off, for 3.8, 25 or 40 s, as in a drain; it serves all the time. Liveness asks /healthz (D 5, P 10, F 3) in ten pods whose probes come at different moments.",
    after:
      "hotpod with readiness: hold gets a version that takes 4 s to be ready; liveness asks /livez, readiness /readyz.",
  },
  correction:
    'Liveness takes "not ready" for "dead". While the flag is off for less than (F − 1) × P nothing is killed; at 25 s about half of the pods are, from F × P = 30 s on all of them, in the midst of a drain that was going well.',
  advice: [
    "Two questions need two paths: /livez (is it beyond help?) and /readyz (should traffic come?).",
    'Never let liveness ask what says "not now".',
  ],
  rules: ["HP105", "HP203"],
  settings: ["readiness", "probes.listen"],
  needs: ["linux", "go"],
  budgetSeconds: 35,
  timed: true,
  tags: ["probes"],
  measures: {
    pods: { about: "pods, each with its own phase of the probe", unit: "pods" },
    off: { about: "nominal time for which the flag was off, where it came on again", unit: "s" },
    failures: { about: "liveness probes that failed", unit: "probes" },
    killed: { about: "pods whose container was killed", unit: "pods" },
    held: { about: "readiness probes that failed, as asked for", unit: "probes" },
    served: { about: "requests of a client answered meanwhile", unit: "requests" },
    lost: { about: "requests of a client without an answer", unit: "requests" },
  },
  arms: [
    flagged("off-4", 3.8, [predict("killed", equals(0), "one failure is not three")]),
    flagged("off-25", 25, [
      predict("killed", atLeast(2), "three ticks fall into it for about half of the phases"),
      predict("killed", below(PODS), "and two for the others"),
    ]),
    flagged("off-40", 40, [predict("killed", equals(PODS), "three ticks always fall into it")]),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("off-40.killed", above(0), "liveness kills what only drains"),
        predict("hotpod.killed", equals(0), "two paths do not"),
      ],
    },
    { verdict: "confirmed", when: [predict("off-40.killed", equals(0), "nothing was killed")] },
  ],
  headline: {
    before: "off-40.killed",
    after: "hotpod.killed",
    about: "pods killed in a drain of 40 s",
  },
  byHand: `# in a cluster: a health page that can be switched off, asked by liveness
kubectl run l407 --image=nginx --overrides='{"spec":{"containers":[{"name":"l407","image":"nginx",
  "livenessProbe":{"httpGet":{"path":"/healthz","port":80},"periodSeconds":10}}]}}'
kubectl exec l407 -- sh -c 'touch /usr/share/nginx/html/healthz'
kubectl exec l407 -- rm /usr/share/nginx/html/healthz; kubectl get pod l407 -w    # killed, though / is served`,
};

function flagged(name: string, seconds: number, predictions: Arm["predictions"]): Arm {
  return {
    ...{ name, side: "before", label: `the flag is off for ${seconds} s`, needs: [] },
    predictions: [predict("pods", equals(PODS), "every phase was tried"), ...predictions],
    async run(bench, record) {
      const program = await bench.goProgram("flagged-service", FLAGGED_SERVICE);
      const phases = Array.from(
        { length: PODS },
        (_, index) => (index + 0.5) * (LIVENESS.P / PODS),
      );
      const ends: Ended[] = [];
      for (let from = 0; from < PODS; from += TOGETHER) {
        const batch = phases.slice(from, from + TOGETHER).map((phase, index) => {
          const drawn = from === 0 && index < 3 ? record : null;
          return onePod(bench, program, { seconds, phase }, drawn);
        });
        ends.push(...(await Promise.all(batch)));
      }
      record.count("pods", ends.length);
      record.spread(
        "off",
        ends.flatMap(({ offSeconds }) => offSeconds ?? []),
      );
      record.count(
        "failures",
        ends.reduce((sum, { log }) => sum + log.count("liveness failure"), 0),
        ends.reduce((sum, { log }) => sum + log.attempts("liveness"), 0),
      );
      record.count("killed", ends.filter(({ log }) => log.count("Killing") > 0).length, PODS);
    },
  };
}

interface Ended {
  readonly log: PodRun["log"];
  /** null: it was killed before. */
  readonly offSeconds: number | null;
}

async function onePod(
  bench: LabBench,
  program: string,
  asked: { readonly seconds: number; readonly phase: number },
  record: Recorder | null,
): Promise<Ended> {
  const { clock, network, processes, scale } = bench;
  const port = await network.freePort();
  const FLAG_MS = `${asked.seconds * 1_000 * scale}`;
  const env = { PORT: `${port}`, HOST: network.host, FLAG_MS };
  const first = await processes.start([program], { env });
  await network.untilListening(port, PATIENCE_MS);
  let instances = 0;
  const start = () => {
    instances += 1;
    return instances === 1 ? Promise.resolve(first) : processes.start([program], { env });
  };
  const livenessProbe = probe(httpGet(port, "/healthz"), LIVENESS);
  const named = container({ name: `${asked.phase} s`, livenessProbe });
  const phaseSeconds = asked.phase;
  const options = { bench, record, pod: pod({ containers: [named] }), processes: [{ start }] };
  const run = runPod({ ...options, phaseSeconds });
  await clock.wait(OFF_AT * 1_000 * scale);
  first.signal("SIGUSR1");
  await clock.wait((asked.seconds + 2) * 1_000 * scale);
  const running = run.process(0);
  run.stop();
  running?.signal("SIGKILL");
  await running?.exited;
  const at = (text: string): number | undefined =>
    first.lines.items.find((line) => line.text === text)?.atMs;
  const [off, on] = [at("off"), at("on")];
  const known = off !== undefined && on !== undefined;
  return { log: run.log, offSeconds: known ? (on - off) / 1_000 / scale : null };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, readiness: hold", needs: [] },
    predictions: [
      predict("held", atLeast(1), "/readyz says 503 until the next version is ready, as asked for"),
      predict("failures", equals(0), "/livez is another question"),
      predict("killed", equals(0), "so nothing is killed"),
      predict("lost", equals(0), "and the old version answers meanwhile"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench, ["--readiness", "hold"]);
      const { hotpod } = service;
      const asked = (path: string, period: number) =>
        probe(httpGet(hotpod.probesPort, path), { ...LIVENESS, P: period });
      const probes = { livenessProbe: asked("/livez", 10), readinessProbe: asked("/readyz", 5) };
      const start = () => bench.processes.start(["sleep", "1000"]);
      const run = runPod({
        ...{ bench, record, processes: [{ start }] },
        pod: pod({ containers: [container(probes)] }),
      });
      await run.log.seen("Ready", 1, PATIENCE_MS);
      const from = hotpod.notices.items.length;
      service.save(nodeService("v2").replace('START_MS = "0"', `START_MS = "${READY_MS}"`));
      record.mark("save");
      let [served, lost, over] = [0, 0, false];
      const asking = async (): Promise<void> => {
        while (!over) {
          if ((await service.answer(PATIENCE_MS)) === null) lost += 1;
          else served += 1;
          await bench.clock.wait(20);
        }
      };
      const client = asking();
      const isPromoted = (one: { kind: string }): boolean => one.kind === "promoted";
      await hotpod.notices.until("the next version", isPromoted, from, PATIENCE_MS);
      over = true;
      await client;
      run.stop();
      const { log } = run;
      record.count("held", log.count("readiness failure"), log.attempts("readiness"));
      const bad = log.count("liveness failure") + log.count("liveness error");
      record.count("failures", bad, log.attempts("liveness"));
      record.count("killed", log.count("Killing") > 0 ? 1 : 0, 1);
      record.count("served", served);
      record.count("lost", lost, served + lost);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
