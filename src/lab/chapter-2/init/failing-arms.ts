import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import type { PodLog } from "#lab/probe/pod-log.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import {
  type InitStep,
  PATIENCE_MS,
  runInitPod,
  sleepStep,
  startDependency,
  waitStep,
} from "./init-pods.js";

/** Nominal: the kubelet's first back-off of 10 s, less what rounding may take. */
const BACK_OFF = 9;
/** Nominal seconds for which the app is watched after its database has gone. */
const WATCHED = 20;

/** Fails with 1 twice, then completes. */
const FLAKY = `n=$(cat tries 2>/dev/null || echo 0); echo $((n + 1)) > tries; test "$n" -ge 2`;

function flakyStep({ processes }: LabBench): InitStep {
  return {
    fields: { name: "flaky" },
    processes: { start: () => processes.start(["sh", "-c", FLAKY]) },
  };
}

export function alwaysArm(): Arm {
  return {
    ...{ name: "always", side: "before", label: "fails twice, restartPolicy Always", needs: [] },
    predictions: [
      predict("tries", equals(3), "it is started again in its place, until it completes"),
      predict("early", equals(0), "the first time at once"),
      predict("backOff", atLeast(BACK_OFF), "the second time after 10 s"),
      predict("earlier", equals(1), "the one before it has completed, and is not run again"),
      predict("app", equals(1), "the pod was not aborted"),
    ],
    async run(bench, record) {
      const steps = [sleepStep(bench, "migrate", 1), flakyStep(bench)];
      const run = runInitPod(bench, record, steps);
      await run.log.seen("Ready", 1, PATIENCE_MS);
      run.stop();
      const [, second, third] = linesOf(run.log, "started", 1);
      const [, failure] = linesOf(run.log, "exited", 1);
      const waits = linesOf(run.log, "BackOff", 1);
      record.count("tries", linesOf(run.log, "started", 1).length);
      record.count("early", waits.filter(({ at }) => at < (second?.at ?? 0)).length);
      record.count("backOff", (third?.at ?? Number.NaN) - (failure?.at ?? 0));
      record.count("earlier", linesOf(run.log, "started", 0).length);
      record.count("app", linesOf(run.log, "started", 2).length);
    },
  };
}

export function failedArm(): Arm {
  return {
    ...{ name: "policy-never", side: "before", label: "fails, restartPolicy Never", needs: [] },
    predictions: [
      predict("phase", equals("Failed"), "here one failure does end the pod"),
      predict("tries", equals(1), "it is not started again"),
      predict("app", equals(0), "and the app never starts"),
    ],
    async run(bench, record) {
      const steps = [sleepStep(bench, "migrate", 1), flakyStep(bench)];
      const run = runInitPod(bench, record, steps, { restartPolicy: "Never" });
      const phases = () => run.log.lines.filter(({ what }) => what === "phase");
      await run.log.seen("phase", 1, PATIENCE_MS);
      run.stop();
      record.text("phase", phases().at(-1)?.text ?? "none");
      record.count("tries", linesOf(run.log, "started", 1).length);
      record.count("app", linesOf(run.log, "started", 2).length);
    },
  };
}

export function lostArm(): Arm {
  return {
    ...{ name: "lost", side: "before", label: "the database goes once the app runs", needs: [] },
    predictions: [
      predict("restarts", equals(0), "init containers run before the app, and never again"),
      predict("lost", equals(0), "the pod stays Ready: nobody asks for the database any more"),
    ],
    async run(bench, record) {
      const port = await bench.network.freePort();
      const dependency = await startDependency(bench, port);
      const run = runInitPod(bench, record, [waitStep(bench, port)]);
      await run.log.seen("Ready", 1, PATIENCE_MS);
      dependency.signal("SIGKILL");
      await dependency.exited;
      record.mark("the database is gone");
      await bench.clock.wait(WATCHED * 1_000 * bench.scale);
      const { connected } = await bench.network.connect(port, PATIENCE_MS);
      if (connected) throw new Error("the database is still there");
      run.stop();
      record.count("restarts", linesOf(run.log, "started", 0).length - 1);
      record.count("lost", run.log.count("NotReady") + linesOf(run.log, "exited", 1).length);
    },
  };
}

const linesOf = ({ lines }: PodLog, what: string, place: number) =>
  lines.filter((line) => line.what === what && line.place === place);
