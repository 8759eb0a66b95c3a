import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import { NEEDY_SERVICE } from "#lab/programs/signals/dependency.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";
import { PATIENCE_MS, startDependency } from "./init-pods.js";

/** So many probes are seen before the database comes. */
const PROBES = 3;

export function gateArm(): Arm {
  return {
    ...{ name: "hotpod", side: "after", label: "hotpod run, the database comes later", needs: [] },
    predictions: [
      predict("begun", equals(1), "the service starts at once, whatever is missing"),
      predict("unready", atLeast(PROBES), "no traffic comes meanwhile"),
      predict("killed", equals(0), "/livez is hotpod's own: waiting is no death"),
      predict("ready", equals(1), "and it is ready as soon as the database answers"),
    ],
    async run(bench, record) {
      const { began, dependencyPort, hotpod } = await startNeedy(bench, ["--ready-timeout", "60s"]);
      const asked = (path: string) => probe(httpGet(hotpod.probesPort, path), { P: 2 });
      const probes = { livenessProbe: asked("/livez"), readinessProbe: asked("/readyz") };
      const start = () => bench.processes.start(["sleep", "1000"]);
      const run = runPod({
        ...{ bench, record, processes: [{ start }] },
        pod: pod({ containers: [container(probes)] }),
      });
      await run.log.seen("readiness failure", PROBES, PATIENCE_MS);
      await run.log.seen("liveness success", PROBES, PATIENCE_MS);
      record.count("begun", began() ? 1 : 0, 1);
      record.count("unready", run.log.count("readiness failure"));
      record.mark("the database is started");
      await startDependency(bench, dependencyPort);
      await run.log.seen("Ready", 1, PATIENCE_MS);
      run.stop();
      record.count("killed", run.log.count("Killing"), 1);
      record.count("ready", run.log.count("Ready"), 1);
      drawNotices(record, hotpod.notices.items, bench.clock.nowMs());
    },
  };
}

export function boundedArm(): Arm {
  return {
    ...{ name: "hotpod-bounded", side: "after", label: "hotpod run, it never comes", needs: [] },
    predictions: [
      predict("begun", equals(1), "the service starts at once"),
      predict("told", equals(2), "each try ends after ready.timeout, with what was asked last"),
      predict("code", equals(1), "after crash.restarts hotpod ends, and the kubelet says so, too"),
    ],
    async run(bench, record) {
      const flags = ["--ready-timeout", "3s", "--crash-restarts", "1"];
      const { began, hotpod } = await startNeedy(bench, flags);
      const code = await hotpod.exited;
      record.count("begun", began() ? 1 : 0, 1);
      const { items } = hotpod.notices;
      const late = items.filter(
        (one) => one.kind === "candidate-failed" && one.why.kind === "ready-timeout",
      );
      record.count("told", late.length);
      record.count("code", typeof code === "number" ? code : -1);
      drawNotices(record, items, bench.clock.nowMs());
    },
  };
}

interface Needy {
  readonly hotpod: LabHotpod;
  readonly dependencyPort: number;
  readonly began: () => boolean;
}

/** A service that needs what nobody has started yet; resolves when it runs. */
async function startNeedy(bench: LabBench, flags: readonly string[]): Promise<Needy> {
  const { clock, files, folder, network } = bench;
  const cwd = `${folder}/service`;
  files.makeFolder(cwd);
  files.write(`${cwd}/app.mjs`, NEEDY_SERVICE);
  const mark = `${folder}/began`;
  const dependencyPort = await network.freePort();
  const hotpod = await bench.hotpod({
    ...{ cwd, when: "begun", args: NEEDY(flags) },
    env: { BEGAN: mark, HOST: network.host, NEEDED: `${dependencyPort}` },
  });
  const began = (): boolean => files.facts(mark) !== null;
  const deadline = clock.nowMs() + PATIENCE_MS;
  while (!began()) {
    if (clock.nowMs() > deadline) throw new Error("the service never began");
    await clock.wait(20);
  }
  return { hotpod, dependencyPort, began };
}

const NEEDY = (flags: readonly string[]): readonly string[] => [
  ...["--recipe", "none", "--ready-http", "/ready", ...flags],
  ...["--", "node", "app.mjs"],
];
