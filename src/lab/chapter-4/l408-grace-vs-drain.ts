import { atLeast, atMost, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { SLOW_SERVICE } from "#lab/programs/slow-service.js";
import type { Arm, Scenario } from "#lab/scenario.js";

const GRACE = 30;
/** The request comes so long before the hook's end, nominal seconds. */
const LAST = 1;
const PATIENCE_MS = 60_000;
/** Of hotpod's arms, real seconds: they cannot be scaled, for hotpod keeps a real second for itself. */
const HOTPOD_GRACE = 8;

export const l408: Scenario = {
  id: "L408",
  chapter: 4,
  title: "Is a grace period of 30 s enough?",
  claim: "terminationGracePeriodSeconds: 30 is enough for a graceful Shutdown.",
  story: {
    before:
      "A Go service that ends by http.Server.Shutdown has a request under way that takes 5, 20 or 40 s when its pod is deleted with a grace of 30 s. Then there is a preStop hook of 15 s, and the request of 20 s comes in its last second.",
    after: "The same service under hotpod with a grace of 8 s: a request of 5 s, and one of 12 s.",
  },
  correction:
    "It is enough exactly if preStop and the longest request together are shorter. The hook's time counts, and clients still come while it runs: one that comes in the last second of a preStop of 15 s and takes 20 s is cut at a grace of 30 s. What is cut ends with 137, which is no lack of memory.",
  advice: [
    "Grace = preStop + lame-duck + the longest request + a second or two.",
    "Bound the longest request; a stream without an end needs a way to be told.",
  ],
  rules: ["HP406", "HP208", "HP1301"],
  settings: ["grace", "drain.timeout", "shutdown.delay"],
  needs: ["linux", "go"],
  budgetSeconds: 30,
  timed: true,
  tags: ["stop"],
  measures: {
    lost: { about: "requests under way that were cut", unit: "requests" },
    code: { about: "exit code", unit: "" },
    took: { about: "nominal time from the deletion to the end", unit: "s" },
    told: { about: "times hotpod said that the grace was over", unit: "times" },
  },
  arms: [
    deleted("short", "request of 5 s", 5, 0),
    deleted("long", "request of 20 s", 20, 0),
    deleted("long-hook", "preStop of 15 s, request of 20 s in its last second", 20, 15),
    deleted("longer", "request of 40 s", 40, 0),
    hotpodArm("hotpod-short", 5),
    hotpodArm("hotpod-longer", 12),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("short.lost", equals(0), "it is enough for short requests"),
        predict("long-hook.lost", equals(1), "and not for a long one behind a hook"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("longer.lost", equals(0), "not even a request of 40 s is cut")],
    },
    { verdict: "refuted", when: [predict("short.lost", equals(1), "not even 5 s are enough")] },
  ],
  headline: { before: "long-hook.lost", after: "hotpod-short.lost", about: "requests cut" },
  byHand: `# in a cluster: a request that takes 20 s, and the pod deleted under it
kubectl exec CLIENT -- curl -sS http://POD_IP:8080/20s &
kubectl delete pod POD --grace-period=30      # answered; with a preStop sleep of 15: connection reset
kubectl get pod POD -o jsonpath='{..terminated.exitCode}'`,
};

function deleted(name: string, label: string, seconds: number, hookSeconds: number): Arm {
  const lost = hookSeconds + seconds > GRACE;
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: lost
      ? [
          predict("lost", equals(1), `${hookSeconds} s and ${seconds} s are more than ${GRACE} s`),
          predict("code", equals(137), "SIGKILL, at the end of the grace"),
          predict("took", atLeast(GRACE - 1), "which is used up"),
        ]
      : [
          predict("lost", equals(0), `${hookSeconds} s and ${seconds} s fit into ${GRACE} s`),
          predict("code", equals(0), "Shutdown has come to its end"),
          predict("took", atMost(GRACE), "before the grace"),
        ],
    async run(bench, record) {
      const { network, processes, scale } = bench;
      const program = await bench.goProgram("slow-service", SLOW_SERVICE);
      const port = await network.freePort();
      const env = { PORT: `${port}`, HOST: network.host };
      const service = await processes.start([program], { env });
      await network.untilListening(port, PATIENCE_MS);
      const preStop = hookSeconds === 0 ? null : ({ kind: "sleep", seconds: hookSeconds } as const);
      const asked = pod({
        terminationGracePeriodSeconds: GRACE,
        containers: [container({ lifecycle: { postStart: null, preStop, stopSignal: null } })],
      });
      const start = () => Promise.resolve(service);
      const run = runPod({ bench, record, pod: asked, processes: [{ start }] });
      await run.log.seen("started", 1, PATIENCE_MS);
      const path = `/${Math.round(seconds * 1_000 * scale)}ms`;
      const ask = () => network.ask({ port, path, timeoutMs: PATIENCE_MS });
      const isAsked = ({ text }: { text: string }): boolean => text === "asked";
      const early = hookSeconds === 0 ? ask() : null;
      if (early !== null) await service.lines.until("request", isAsked, 0, PATIENCE_MS);
      record.mark("the pod is deleted");
      const from = run.now();
      run.tell((machine) => machine.deleted(GRACE));
      // While the hook runs clients still come: that is what it is for.
      if (early === null) await bench.clock.wait((hookSeconds - LAST) * 1_000 * scale);
      const answer = early ?? ask();
      const exited = await run.log.seen("exited", 1, PATIENCE_MS);
      run.stop();
      record.count("lost", (await answer).kind === "answered" ? 0 : 1, 1);
      record.count("code", Number(exited.text));
      record.count("took", exited.at - from);
    },
  };
}

function hotpodArm(name: string, seconds: number): Arm {
  const lost = seconds > HOTPOD_GRACE - 1;
  return {
    ...{ name, side: "after", needs: [] },
    label: `hotpod run, grace ${HOTPOD_GRACE} s, request of ${seconds} s`,
    predictions: [
      predict(
        "lost",
        equals(lost ? 1 : 0),
        lost ? "nobody can wait longer than the grace" : "it is drained before hotpod ends",
      ),
      predict(
        "told",
        equals(lost ? 1 : 0),
        lost ? "and hotpod says that the grace was too short" : "the grace was long enough",
      ),
    ],
    async run(bench, record) {
      const { files, folder, network } = bench;
      const cwd = `${folder}/service`;
      files.makeFolder(cwd);
      files.copy(await bench.goProgram("slow-service", SLOW_SERVICE), `${cwd}/app`);
      const args = ["--grace", `${HOTPOD_GRACE}s`, "--recipe", "none", "--", "./app"];
      const hotpod = await bench.hotpod({ cwd, args });
      const path = `/${seconds}s`;
      const answer = network.ask({ port: hotpod.port, path, timeoutMs: PATIENCE_MS });
      const deadline = bench.clock.nowMs() + PATIENCE_MS;
      while (!hotpod.output.some((line) => line.includes("asked"))) {
        if (bench.clock.nowMs() > deadline) throw new Error("the request never came");
        await bench.clock.wait(20);
      }
      record.mark("SIGTERM");
      await hotpod.stop();
      record.count("lost", (await answer).kind === "answered" ? 0 : 1, 1);
      const { items } = hotpod.notices;
      record.count("told", items.filter(({ kind }) => kind === "grace-exhausted").length);
      drawNotices(record, items, bench.clock.nowMs());
    },
  };
}
