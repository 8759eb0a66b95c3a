import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import type { PodLog } from "#lab/probe/pod-log.js";
import { runPod } from "#lab/probe/run-pod.js";
import { COLD_SERVICE } from "#lab/programs/cold-service.js";
import type { Recorder } from "#lab/record.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** Nominal seconds. */
const COLD = 12;
const READINESS = { P: 5, SU: 2 };
const PATIENCE_MS = 60_000;

/** Pods with a cold start, whose probes come at these moments of the period. */
export function coldArm(liveness: ProbeLetters, phases: readonly number[]): Arm {
  return {
    ...{ name: "cold", side: "before", label: `cold start of ${COLD} s`, needs: [] },
    predictions: [
      predict("pods", equals(phases.length), "every phase was tried"),
      predict("failures", equals(0), "liveness is not asked in the first 30 s"),
      predict("asked", atLeast(phases.length), "and then passes"),
      predict("ready", equals(phases.length), "every pod became ready"),
      predict("early", equals(0), "none before its service listened"),
      predict("passed", atLeast(READINESS.SU), "and none before two answers"),
    ],
    async run(bench, record) {
      const program = await bench.goProgram("cold-service", COLD_SERVICE);
      const pods = await Promise.all(
        phases.map((phase, index) =>
          onePod(bench, index < DRAWN ? record : null, { program, liveness, phase }),
        ),
      );
      const logs = pods.map(({ log }) => log);
      const count = (what: string): number => logs.reduce((sum, log) => sum + log.count(what), 0);
      const ready = logs.filter((log) => log.count("Ready") > 0);
      record.count("pods", pods.length);
      const bad = count("liveness failure") + count("liveness error");
      record.count("failures", bad, bad + count("liveness success"));
      record.count("asked", count("liveness success"));
      record.count("ready", ready.length, pods.length);
      record.count("early", pods.filter(({ wasEarly }) => wasEarly).length, pods.length);
      record.count("passed", Math.min(...logs.map(passedBeforeReady)));
    },
  };
}

interface ColdPod {
  readonly log: PodLog;
  readonly wasEarly: boolean;
}

async function onePod(
  bench: LabBench,
  record: Recorder | null,
  asked: { readonly program: string; readonly liveness: ProbeLetters; readonly phase: number },
): Promise<ColdPod> {
  const { network, processes, scale } = bench;
  const { program, liveness, phase } = asked;
  const port = await network.freePort();
  const env = { PORT: `${port}`, HOST: network.host, START_MS: `${COLD * 1_000 * scale}` };
  const process = await processes.start([program], { env });
  const handler = httpGet(port, "/");
  const probes = {
    livenessProbe: probe(handler, liveness),
    readinessProbe: probe(handler, READINESS),
  };
  const run = runPod({
    ...{ bench, record, processes: [{ start: () => Promise.resolve(process) }] },
    pod: pod({ containers: [container({ name: `${phase} s`, ...probes })] }),
    phaseSeconds: phase,
  });
  const isListening = ({ text }: { text: string }): boolean => text === "listening";
  await Promise.race([
    run.log.seen("Ready", 1, PATIENCE_MS),
    process.lines.until("the service", isListening, 0, PATIENCE_MS),
  ]);
  // What a readiness probe has passed by then was answered by somebody.
  const wasEarly = run.log.count("Ready") > 0 && !process.lines.items.some(isListening);
  await run.log.seen("Ready", 1, PATIENCE_MS);
  await run.log.seen("liveness success", 1, PATIENCE_MS);
  run.stop();
  return { log: run.log, wasEarly };
}

function passedBeforeReady({ lines }: PodLog): number {
  const ready = lines.findIndex(({ what }) => what === "Ready");
  return lines.slice(0, ready).filter(({ what }) => what === "readiness success").length;
}

const DRAWN = 3;
