import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { nodeService } from "#lab/programs/node-service.js";
import type { Arm } from "#lab/scenario.js";

const PATIENCE_MS = 60_000;
/** The least that a probe waits for an answer, real ms. */
const TIMEOUT_FLOOR_MS = 1_000;

export interface Hang {
  readonly liveness: ProbeLetters;
  readonly startup: ProbeLetters | null;
  /** By the age of the container. */
  readonly at: number;
  /** Where in the period the ticks come. */
  readonly phase: number;
}

/** A service that begins to hang: it accepts, and answers nothing. */
export function hangArm(
  name: string,
  label: string,
  { liveness, startup, at, phase }: Hang,
  predictions: Arm["predictions"],
): Arm {
  return {
    ...{ name, side: "before", label, needs: [], predictions },
    async run(bench, record) {
      const { clock, files, folder, network, processes, scale } = bench;
      const port = await network.freePort();
      files.write(`${folder}/app.mjs`, nodeService("v1"));
      const env = { PORT: `${port}`, HOST: network.host };
      const service = await processes.start(["node", "app.mjs"], { env });
      await network.untilListening(port, PATIENCE_MS);
      const handler = httpGet(port, "/healthz");
      const probes = {
        livenessProbe: probe(handler, liveness),
        startupProbe: startup === null ? null : probe(handler, startup),
      };
      const run = runPod({
        ...{ bench, record, phaseSeconds: phase, timeoutFloorMs: TIMEOUT_FLOOR_MS },
        pod: pod({ containers: [container(probes)] }),
        processes: [{ start: () => Promise.resolve(service) }],
      });
      await clock.wait(at * 1_000 * scale);
      const hung = run.now();
      service.signal("SIGUSR2");
      record.mark("the service hangs");
      const kill = await run.log.seen("Killing", 1, PATIENCE_MS);
      run.stop();
      const { F = 3, P = 10, T = 1 } = liveness;
      record.count("failures", run.log.count("liveness failure"), run.log.attempts("liveness"));
      record.count("found", kill.at - hung);
      record.count("bound", F * P + Math.max(T, TIMEOUT_FLOOR_MS / 1_000 / scale));
    },
  };
}
