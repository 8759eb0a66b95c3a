import { atLeast, equals, matches, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import type { Arm, Scenario } from "#lab/scenario.js";
import type { LabProcess } from "#ports/lab/lab-bench.js";

const LIVENESS = { D: 1, P: 1, F: 3 };
/** A service that starts well, says so, and stays. */
const SERVICE = 'echo "service started"; exec sleep 1000';
const PATIENCE_MS = 60_000;

/** Of the file that is not there, run directly. */
const UNDER_DOCKERSHIM = [
  predict("restarts", atLeast(2), "dockershim reported 126 or 127, which counts"),
  predict("backoffs", atLeast(1), "from the second restart on the kubelet waits"),
  predict("errors", equals(0), "no attempt was an error"),
  predict(
    "event",
    matches(/^Liveness probe failed: OCI runtime exec failed: .*no such file or directory/),
    "the words that old articles show",
  ),
];

export const l104: Scenario = {
  id: "L104",
  chapter: 1,
  title: "CrashLoopBackOff while the log says that the service started",
  claim:
    "The pod shows CrashLoopBackOff while its log says that the service started; kubectl describe shows: fork/exec /app/main: no such file or directory.",
  story: {
    before:
      "A service starts well and logs it. Its liveness probe runs a file that is not there (D 1, P 1, F 3): once wrapped in a shell, once directly. The kubelet's events, restarts and the log of every instance are kept.",
    after:
      "The same service under hotpod; a save that cannot even be read as a program; the kubelet asks hotpod's /livez.",
  },
  correction:
    "Only a failure that is counted leads there. sh -c with a missing file ends with 127 and counts: the container is killed and waits in CrashLoopBackOff, though every instance has started well. A command that is not found directly is an error that counts for nothing: 0 restarts for ever, and a probe without effect. fork/exec is the wording of Go programs, in the log of a reload tool; the kubelet's event reads: Liveness probe errored and resulted in unknown state: rpc error: … stat /app/main: no such file or directory.",
  advice: [
    "Read the events, not only the log: kubectl describe pod, and kubectl logs --previous.",
    "Do not probe through a file that an update replaces; a probe that cannot run protects nobody.",
  ],
  rules: ["HP101", "HP102"],
  settings: ["probes.listen", "crash.restarts"],
  needs: ["linux"],
  budgetSeconds: 5,
  timed: true,
  tags: ["probes", "crash-loop", "quick"],
  measures: {
    restarts: { about: "restarts of the container", unit: "restarts" },
    backoffs: { about: "starts that had to wait (CrashLoopBackOff)", unit: "starts" },
    failures: { about: "probe failures that count", unit: "probes" },
    errors: { about: "probe attempts that errored and do not count", unit: "probes" },
    started: { about: "instances whose log says that the service started", unit: "instances" },
    instances: { about: "instances of the container", unit: "instances" },
    event: { about: "the kubelet's event", unit: "" },
    version: { about: "what a client is answered at the end", unit: "" },
    refused: { about: "broken saves that never served", unit: "saves" },
  },
  arms: [
    brokenProbe("counted", "sh -c with a file that is not there", true),
    brokenProbe("uncounted", "a file that is not there, run directly", false),
    hotpodArm(),
  ],
  predictions: [],
  verdicts: [
    {
      verdict: "refuted",
      when: [
        predict("counted.backoffs", equals(0), "no probe of a missing file leads to a crash loop"),
      ],
    },
    {
      verdict: "confirmed-with-correction",
      when: [
        predict("counted.backoffs", atLeast(1), "a counted failure leads to it"),
        predict("uncounted.restarts", equals(0), "an uncounted one never does"),
      ],
    },
    {
      verdict: "confirmed",
      when: [predict("uncounted.restarts", atLeast(1), "a missing file is enough")],
    },
  ],
  headline: { before: "counted.restarts", after: "hotpod.restarts", about: "restarts" },
  byHand: `# in a cluster: a service that is fine, and a probe that is not
kubectl run l104 --image=nginx --overrides='{"spec":{"containers":[{"name":"l104","image":"nginx",
  "livenessProbe":{"exec":{"command":["sh","-c","/app/main -health"]},"periodSeconds":1}}]}}'
kubectl get pod l104 -w            # CrashLoopBackOff after some restarts
kubectl logs l104 --previous       # started well
# the same with "command":["/app/main","-health"]: events, and not one restart
kubectl describe pod l104 | tail`,
};

function brokenProbe(name: string, label: string, throughShell: boolean): Arm {
  return {
    ...{ name, side: "before", label, needs: [] },
    predictions: throughShell
      ? [
          predict("restarts", atLeast(2), "three failures a second apart kill, again and again"),
          predict("backoffs", atLeast(1), "from the second restart on the kubelet waits"),
          predict(
            "started",
            equals({ measure: "instances" }),
            "the service itself was always fine",
          ),
          predict("event", matches(/^Liveness probe failed: .*not found/s), "the shell's words"),
        ]
      : [
          predict("restarts", equals(0), "what the look-up does not find is not counted"),
          predict("failures", equals(0), "not one attempt counts as a failure"),
          predict("errors", atLeast(10), "every attempt errored"),
          predict(
            "event",
            matches(
              /^Liveness probe errored and resulted in unknown state: rpc error: .*stat .*no such file or directory/,
            ),
            "the runtime's words, not Go's fork/exec",
          ),
        ],
    ...(throughShell ? {} : { underDockershim: UNDER_DOCKERSHIM }),
    async run(bench, record) {
      const missing = `${bench.folder}/app/main`;
      const command = throughShell ? ["sh", "-c", `${missing} -health`] : [missing, "-health"];
      const livenessProbe = probe({ kind: "exec", command }, LIVENESS);
      const instances: LabProcess[] = [];
      const start = async (): Promise<LabProcess> => {
        const process = await bench.processes.start(["sh", "-c", SERVICE]);
        instances.push(process);
        return process;
      };
      const asked = pod({ containers: [container({ livenessProbe })] });
      const run = runPod({ bench, record, pod: asked, processes: [{ start }] });
      const counts = throughShell || bench.cri === "dockershim";
      if (counts) await run.log.seen("BackOff", 1, PATIENCE_MS);
      else await run.log.seen("liveness error", 12, PATIENCE_MS);
      run.stop();
      const logged = instances.filter(({ lines }) =>
        lines.items.some(({ text }) => text === "service started"),
      );
      record.count("instances", instances.length);
      record.count("started", logged.length, instances.length);
      record.count("restarts", Math.max(0, run.log.count("started") - 1));
      record.count("backoffs", run.log.count("BackOff"));
      const attempts = run.log.attempts("liveness");
      record.count("failures", run.log.count("liveness failure"), attempts);
      record.count("errors", run.log.count("liveness error"), attempts);
      const event = run.log.lines.find(({ what }) => what === "Unhealthy");
      record.text("event", event?.text ?? "none");
    },
  };
}

function hotpodArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, a broken save", needs: [] },
    predictions: [
      predict("refused", equals(1), "the candidate ended before it was ready"),
      predict("failures", equals(0), "hotpod has a service and says so"),
      predict("restarts", equals(0), "nothing gives cause"),
      predict("version", equals("v1"), "the generation before serves on"),
    ],
    async run(bench, record) {
      const service = await nodeUnderHotpod(bench);
      const { hotpod } = service;
      const livenessProbe = probe(httpGet(hotpod.probesPort, "/livez"), LIVENESS);
      const start = () => bench.processes.start(["sleep", "1000"]);
      const asked = pod({ containers: [container({ livenessProbe })] });
      const run = runPod({ bench, record, pod: asked, processes: [{ start }] });
      const from = hotpod.notices.items.length;
      record.mark("broken save");
      service.save("this is no program\n");
      const isFailed = ({ kind }: { kind: string }): boolean => kind === "candidate-failed";
      await hotpod.notices.until("the candidate's end", isFailed, from, PATIENCE_MS);
      await run.log.seen("liveness success", 10, PATIENCE_MS);
      run.stop();
      record.count("refused", hotpod.notices.items.filter(isFailed).length);
      const bad = run.log.count("liveness failure") + run.log.count("liveness error");
      record.count("failures", bad, run.log.attempts("liveness"));
      record.count("restarts", Math.max(0, run.log.count("started") - 1));
      record.text("version", (await service.answer(PATIENCE_MS)) ?? "nothing");
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}
