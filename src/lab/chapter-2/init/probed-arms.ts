import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import { httpGet, probe } from "#lab/probe/lab-pod.js";
import type { PodRun } from "#lab/probe/run-pod.js";
import type { Recorder } from "#lab/record.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { type InitStep, PATIENCE_MS, runInitPod } from "./init-pods.js";

/** The page passes from the third question on. */
const PASSES_AT = 3;

/** No API server would take it; the kubelet would not ask either. */
export function probeArm(): Arm {
  return {
    ...{ name: "plain-probe", side: "before", label: "a plain init container", needs: [] },
    predictions: [
      predict("asked", equals(0), "the kubelet has no probe for a plain init container"),
      predict("done", equals(1), "it completes, asked or not"),
      predict("app", equals(1), "and the app starts"),
    ],
    run: (bench, record) => asked(bench, record, ["sleep", `${8 * bench.scale}`], null),
  };
}

export function sidecarArm(): Arm {
  return {
    ...{ name: "sidecar-probe", side: "before", label: "a sidecar (restartPolicy Always)" },
    needs: [],
    predictions: [
      predict("asked", atLeast(PASSES_AT), "a sidecar has a startup probe"),
      predict("done", equals(0), "it runs on"),
      predict("app", equals(1), "the app starts when the probe has passed"),
    ],
    run: (bench, record) => asked(bench, record, ["sleep", "1000"], "Always"),
  };
}

async function asked(
  bench: LabBench,
  record: Recorder,
  argv: readonly string[],
  restartPolicy: "Always" | null,
): Promise<void> {
  let questions = 0;
  const port = await bench.network.serve(() => {
    questions += 1;
    return questions < PASSES_AT ? 503 : 200;
  });
  const startupProbe = probe(httpGet(port, "/"), { P: 1, F: 30 });
  const step: InitStep = {
    fields: { name: "init", startupProbe, restartPolicy },
    processes: { start: () => bench.processes.start(argv) },
  };
  const run = runInitPod(bench, record, [step]);
  await run.log.seen("Ready", 1, PATIENCE_MS);
  run.stop();
  record.count("asked", questions);
  record.count("done", countOf(run, "exited", 0));
  record.count("app", countOf(run, "started", 1));
}

const countOf = ({ log }: PodRun, what: string, place: number): number => log.count(what, place);
