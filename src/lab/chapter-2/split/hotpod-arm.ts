import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { nodeUnderHotpod } from "#lab/programs/node-under-hotpod.js";
import type { Arm } from "#lab/scenario.js";

const READINESS = { P: 5, SU: 2 };
const PATIENCE_MS = 60_000;

/** Liveness from the first second, an update, and a service that hangs. */
export function splitHotpod(liveness: ProbeLetters): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, no delay", needs: [] },
    predictions: [
      predict("asked", atLeast(5), "liveness is asked from the beginning"),
      predict("updates", equals(1), "an update came to serve"),
      predict("replaced", atLeast(1), "hotpod itself notices that the service hangs"),
      predict("failures", equals(0), "/livez answers through all of it"),
      predict("killed", equals(0), "so the container lives on"),
      predict("version", equals("v2"), "and clients are answered"),
    ],
    async run(bench, record) {
      const flags = ["--liveness-http", "/healthz", "--liveness-period", "1s"];
      const service = await nodeUnderHotpod(bench, flags);
      const { hotpod } = service;
      const probes = {
        livenessProbe: probe(httpGet(hotpod.probesPort, "/livez"), { ...liveness, D: 0 }),
        readinessProbe: probe(httpGet(hotpod.probesPort, "/readyz"), READINESS),
      };
      const start = () => bench.processes.start(["sleep", "1000"]);
      const run = runPod({
        ...{ bench, record, processes: [{ start }] },
        pod: pod({ containers: [container(probes)] }),
      });
      await run.log.seen("Ready", 1, PATIENCE_MS);
      record.mark("an update");
      await service.update("v2");
      const from = hotpod.notices.items.length;
      bench.processes.signal(await service.servingPid(), "SIGUSR2");
      record.mark("the service hangs");
      const isPromoted = ({ kind }: { kind: string }): boolean => kind === "promoted";
      await hotpod.notices.until("a new generation", isPromoted, from, PATIENCE_MS);
      await run.log.seen("liveness success", 5, PATIENCE_MS);
      run.stop();
      const { items } = hotpod.notices;
      const { log } = run;
      record.count("updates", items.slice(0, from).filter(isPromoted).length - 1);
      record.count("replaced", items.slice(from).filter(isPromoted).length);
      record.count("asked", log.count("liveness success"));
      const bad = log.count("liveness failure") + log.count("liveness error");
      record.count("failures", bad, log.attempts("liveness"));
      record.count("killed", log.count("Killing"), 1);
      record.text("version", (await service.answer(PATIENCE_MS)) ?? "nothing");
      drawNotices(record, items, bench.clock.nowMs());
    },
  };
}
