import { above, atLeast, atMost, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import { SIGNAL_LOGGER } from "#lab/programs/signal-logger.js";
import type { Recorder } from "#lab/record.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { HookHandler } from "#model/kube/pod.js";
import type { LabProcess } from "#ports/lab/lab-bench.js";

const LIVENESS = { P: 1, F: 3 };
const PATIENCE_MS = 60_000;

export const l204: Scenario = {
  id: "L204",
  chapter: 2,
  title: "What the third failure of a liveness probe does",
  claim: "The third failure sends SIGKILL and skips the graceful stop.",
  story: {
    before:
      "A program that logs every signal with its time, and drains for 1 s at SIGTERM; its liveness probe fails three times. The same with a preStop hook, with a grace of 0, and with a program that ignores SIGTERM.",
    after:
      "hotpod gets the same SIGTERM while a client asks; its service drains and it ends by itself.",
  },
  correction:
    "The order is always preStop, then SIGTERM, then, only if the grace is over and something still runs, SIGKILL. A grace of 0 means 2 s, and no preStop hook. The exit code 137 says that the grace was too short, or the signal ignored.",
  advice: [
    "Handle SIGTERM: it comes at every end, also at one by a probe.",
    "Exit code 137 without OOMKilled: raise the grace, or end sooner.",
  ],
  rules: ["HP404", "HP405", "HP406", "HP208"],
  settings: ["grace", "drain.timeout", "shutdown.delay"],
  needs: ["linux"],
  budgetSeconds: 5,
  timed: true,
  tags: ["probes", "signals", "quick"],
  measures: {
    terms: { about: "SIGTERMs that the program saw", unit: "signals" },
    code: { about: "exit code", unit: "" },
    grace: { about: "nominal time from SIGTERM to the end", unit: "s" },
    hook: { about: "nominal time from the kubelet's decision to SIGTERM", unit: "s" },
    drained: { about: "drains that came to their end", unit: "drains" },
    failed: { about: "requests of a client that failed before the end", unit: "requests" },
  },
  arms: [
    killed("drains", "drains for 1 s", {}, [
      predict("terms", equals(1), "SIGTERM comes first"),
      predict("drained", equals(1), "and the program has its time"),
      predict("code", equals(0), "it ended by itself"),
    ]),
    killed("pre-stop", "with a preStop hook of 3 s", { preStop: { kind: "sleep", seconds: 3 } }, [
      predict("hook", atLeast(3), "the hook runs before SIGTERM"),
      predict("terms", equals(1), "which comes afterwards"),
      predict("drained", equals(1), "and the program has its time"),
    ]),
    killed("grace-0", "grace 0, drains for 60 s", { graceSeconds: 0, drainSeconds: 60 }, [
      predict("terms", equals(1), "SIGTERM comes even then"),
      predict("code", equals(137), "SIGKILL follows"),
      predict("grace", atLeast(1.5), "after 2 s, the least there is"),
      predict("grace", atMost(10), "and not after the drain"),
    ]),
    killed("ignores", "ignores SIGTERM, grace 5", { graceSeconds: 5, ignores: true }, [
      predict("code", equals(137), "only SIGKILL is left"),
      predict("grace", atLeast(4.5), "after the whole grace"),
    ]),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("drains.terms", above(0), "SIGTERM came first"),
        predict("drains.code", equals(0), "and the stop was graceful"),
      ],
    },
    { verdict: "confirmed", when: [predict("drains.terms", equals(0), "no SIGTERM came")] },
  ],
  headline: {
    before: "ignores.code",
    after: "hotpod.code",
    about: "exit code after the kill (before: SIGTERM ignored)",
  },
  byHand: `# in a cluster: the log shows the signal, and the last state the exit code
kubectl run l204 --image=busybox --overrides='{"spec":{"containers":[{"name":"l204","image":"busybox",
  "command":["sh","-c","trap \\"echo TERM; sleep 1; exit 0\\" TERM; while :; do sleep 0.1; done"],
  "livenessProbe":{"exec":{"command":["false"]},"periodSeconds":1}}]}}'
kubectl logs l204 --previous; kubectl get pod l204 -o jsonpath='{..lastState.terminated.exitCode}'`,
};

interface Variant {
  readonly preStop?: HookHandler;
  readonly graceSeconds?: number;
  /** Nominal. */
  readonly drainSeconds?: number;
  readonly ignores?: true;
}

function killed(
  name: string,
  label: string,
  variant: Variant,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [], predictions },
    async run(bench, record) {
      const { files, folder, processes, scale } = bench;
      const { preStop = null, graceSeconds = 30, drainSeconds = 1, ignores } = variant;
      files.write(`${folder}/app.mjs`, SIGNAL_LOGGER);
      const env = {
        DRAIN_MS: `${drainSeconds * 1_000 * scale}`,
        IGNORE: ignores === true ? "1" : "",
      };
      const first = await processes.start(["node", "app.mjs"], { env });
      await first.lines.until("start", ({ text }) => text === "up", 0, PATIENCE_MS);
      let instances = 0;
      const start = async (): Promise<LabProcess> => {
        instances += 1;
        return instances === 1 ? first : processes.start(["node", "app.mjs"], { env });
      };
      const asked = pod({
        terminationGracePeriodSeconds: graceSeconds,
        containers: [
          container({
            livenessProbe: probe({ kind: "exec", command: ["false"] }, LIVENESS),
            lifecycle: { postStart: null, preStop, stopSignal: null },
          }),
        ],
      });
      const run = runPod({ bench, record, pod: asked, processes: [{ start }] });
      await run.log.seen("exited", 1, PATIENCE_MS);
      run.stop();
      writeEnd(record, run, first);
    },
  };
}

function writeEnd(record: Recorder, { log }: PodRun, process: LabProcess): void {
  const said = process.lines.items.map(({ text }) => text);
  const at = (what: string): number =>
    log.lines.find((line) => line.what === what)?.at ?? Number.NaN;
  record.count("terms", said.filter((text) => text === "SIGTERM").length);
  record.count("drained", said.filter((text) => text === "drained").length);
  record.count("code", Number(log.lines.find(({ what }) => what === "exited")?.text));
  record.count("grace", at("exited") - at("signal"));
  record.count("hook", at("signal") - at("Killing"));
}

function hotpodArm(): Arm {
  return {
    ...{
      name: "hotpod",
      side: "after",
      label: "hotpod run, SIGTERM while a client asks",
      needs: [],
    },
    predictions: [
      predict("code", equals(0), "the service's own verdict"),
      predict("drained", equals(1), "its generation had its time"),
      predict("failed", equals(0), "what was under way was answered"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench, ["--grace", "10s"]);
      const { hotpod } = service;
      const asking = Array.from({ length: 10 }, () => service.answer(PATIENCE_MS));
      const answers = await Promise.all(asking);
      record.count("failed", answers.filter((one) => one === null).length, answers.length);
      record.mark("SIGTERM");
      const code = await hotpod.stop();
      record.count("code", typeof code === "number" ? code : 1);
      const killedAny = hotpod.notices.items.some(({ kind }) => kind === "grace-exhausted");
      record.count("drained", killedAny ? 0 : 1, 1);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
