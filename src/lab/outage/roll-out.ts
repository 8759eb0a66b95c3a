import { fenceposts, rollingStep } from "#kubelet/cluster/rolling-update.js";
import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import type { Recorder } from "#lab/record.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { endPod, freePorts, startTool } from "./stop-first-pods.js";

/** A Deployment whose new pods build cold at their start. Times are nominal seconds. */
export interface RollOut {
  readonly replicas: number;
  readonly cold: number;
  readonly liveness: ProbeLetters;
  /** null: the pods have no readiness probe, so that a container counts as ready once it runs. */
  readonly readiness: ProbeLetters | null;
  /** How long it is watched. */
  readonly until: number;
}

export interface RolledOut {
  /** New pods that the Deployment has made. */
  readonly created: number;
  /** Old pods that it has deleted. */
  readonly replaced: number;
  /** Containers that were started again in new pods. */
  readonly restarts: number;
  /** Pods that answer a client at the end. */
  readonly serving: number;
}

interface Member {
  readonly old: boolean;
  readonly port: number;
  readonly run: PodRun;
  deleted: boolean;
}

/** The controller is hotpod's model of it, with Kubernetes' defaults (25 % surge, 25 % unavailable); pods and processes are real. */
export async function rollOut(
  bench: LabBench,
  record: Recorder,
  asked: RollOut,
): Promise<RolledOut> {
  const { clock, files, folder, scale } = bench;
  const watched = `${folder}/watched`;
  files.makeFolder(watched);
  const ports = await freePorts(bench, asked.replicas * 2);
  const members: Member[] = [];
  const make = async (old: boolean, heard: () => void): Promise<void> => {
    const port = ports[members.length] as number;
    const name = `${old ? "old" : "new"} ${members.length + 1}`;
    const cold = old ? 0 : asked.cold;
    const { start } = await startTool(bench, watched, port, { socket: "own", cold, outage: 1 });
    const livenessProbe = probe(httpGet(port, "/"), asked.liveness);
    const { readiness } = asked;
    const readinessProbe = readiness === null ? null : probe(httpGet(port, "/"), readiness);
    const only = container({ name, livenessProbe, readinessProbe });
    const phaseSeconds = (members.length * PHASE_STEP) % 10;
    const asPod = pod({ containers: [only] });
    const run = runPod({ bench, record, pod: asPod, processes: [{ start }], phaseSeconds, heard });
    members.push({ old, port, run, deleted: false });
  };
  for (let pods = 0; pods < asked.replicas; pods += 1) await make(true, () => {});
  for (const { run } of members) await run.log.seen("Ready", 1, PATIENCE_MS);
  record.mark("roll-out");
  const control = controller(members, asked.replicas, (heard) => make(false, heard));
  control();
  await clock.wait(asked.until * 1_000 * scale);
  const answers = members.map(({ port }) =>
    bench.network.ask({ port, path: "/", timeoutMs: 1_000 }),
  );
  const serving = (await Promise.all(answers)).filter(({ kind }) => kind === "answered").length;
  await Promise.all(members.map(({ run }) => endPod(run)));
  const fresh = members.filter(({ old }) => !old);
  return {
    created: fresh.length,
    replaced: members.filter(({ old, deleted }) => old && deleted).length,
    restarts: fresh.reduce((sum, { run }) => sum + run.log.count("started") - 1, 0),
    serving,
  };
}

/** Called whenever something may have changed, it does one thing after another until it has to wait. */
function controller(
  members: readonly Member[],
  replicas: number,
  make: (heard: () => void) => Promise<void>,
): () => void {
  const quarter = { kind: "percent", percent: 25 } as const;
  const limits = fenceposts(replicas, quarter, quarter);
  let updated = 0;
  let busy = false;
  const isReady = ({ run }: Member): boolean => run.machine.state.ready;
  const control = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let waits = false; !waits; ) {
      const old = members.filter((one) => one.old && !one.deleted);
      const action = rollingStep(
        {
          ...{ replicas, updated, old: old.length, oldAvailable: old.filter(isReady).length },
          updatedAvailable: members.filter((one) => !one.old && isReady(one)).length,
        },
        limits,
      );
      if (action.kind === "grow") {
        const from = updated;
        updated = action.updated;
        for (let pods = from; pods < updated; pods += 1) await make(() => void control());
      } else if (action.kind === "shrink") {
        for (const victim of old.slice(action.old)) {
          victim.deleted = true;
          victim.run.tell((machine) => machine.deleted(GRACE));
        }
      } else waits = true;
    }
    busy = false;
  };
  return () => void control();
}

const PHASE_STEP = 3;
const GRACE = 30;
const PATIENCE_MS = 60_000;
