import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { GO_SERVICE, versionTrailer } from "#lab/programs/go-service.js";
import type { Recorder } from "#lab/record.js";
import type { LabBench, LabHotpod } from "#ports/lab/lab-bench.js";

/** Go services under the real `hotpod run`, whose builds take a time; one save reaches all of them. */
export interface SlowBuilds {
  save(version: string): void;
  /** `buildSeconds`: nominal, of every build. Resolves when its first generation serves. */
  start(buildSeconds: number, options?: SlowBuildOptions): Promise<LabHotpod>;
  /** What a client of it is answered. */
  answer(hotpod: LabHotpod): Promise<string>;
  /** Asks until it is that version, or the patience is over; the last answer. */
  untilServes(hotpod: LabHotpod, version: string): Promise<string>;
}

export interface SlowBuildOptions {
  /** Nominal, of the first build; as all others unless given. */
  readonly firstSeconds?: number;
  readonly port?: number;
  readonly probesPort?: number;
  /** Further flags of `hotpod run`. */
  readonly args?: readonly string[];
}

export async function slowBuilds(bench: LabBench): Promise<SlowBuilds> {
  const { clock, files, folder, network, scale } = bench;
  const program = await bench.goProgram("service", GO_SERVICE);
  const cwd = `${folder}/service`;
  files.makeFolder(cwd);
  const save = (version: string): void => {
    const beside = `${folder}/next`;
    files.remove(beside);
    files.copy(program, beside);
    files.append(beside, versionTrailer(version));
    files.rename(beside, `${cwd}/app.bin`);
  };
  save("v1");
  const answer: SlowBuilds["answer"] = async ({ port }) => {
    const end = await network.ask({ port, path: "/", timeoutMs: PATIENCE_MS });
    return end.kind === "answered" ? end.body.trim() : "nothing";
  };
  return {
    ...{ save, answer },
    async start(buildSeconds, { args = [], firstSeconds = buildSeconds, ...ports } = {}) {
      const takes = (seconds: number): void => files.write(`${cwd}/seconds`, `${seconds * scale}`);
      takes(firstSeconds);
      const build = "sleep $(cat seconds) && cp app.bin {artifact}";
      const recipe = ["--recipe", "command", "--watch", "app.bin", "--linger", "100ms"];
      const command = ["--build-command", `sh -c "${build}"`];
      const hotpod = await bench.hotpod({ cwd, ...ports, args: [...recipe, ...command, ...args] });
      takes(buildSeconds);
      return hotpod;
    },
    async untilServes(hotpod, version) {
      const deadlineMs = clock.nowMs() + PATIENCE_MS;
      for (;;) {
        const seen = await answer(hotpod);
        if (seen === version || clock.nowMs() > deadlineMs) return seen;
        await clock.wait(AGAIN_MS);
      }
    },
  };
}

/** Kubelets that ask a hotpod's /livez, one for each phase of the period. The container stands for hotpod, which the bench has started. */
export function askLivez(
  bench: LabBench,
  record: Recorder | null,
  asked: {
    readonly probesPort: number;
    readonly liveness: ProbeLetters;
    readonly phases: readonly number[];
  },
): readonly PodRun[] {
  const { probesPort, liveness, phases } = asked;
  return phases.map((phaseSeconds) => {
    const livenessProbe = probe(httpGet(probesPort, "/livez"), liveness);
    const named = container({ name: `${phaseSeconds} s`, livenessProbe });
    const start = () => bench.processes.start(["sleep", "1000"]);
    const livez = pod({ containers: [named] });
    const options = { bench, record, pod: livez, processes: [{ start }], phaseSeconds };
    // Builds of several hotpods on few cores keep answers waiting; what a swap could do is refuse them.
    return runPod({ ...options, timeoutFloorMs: FLOOR_MS });
  });
}

const PATIENCE_MS = 60_000;
const AGAIN_MS = 50;
const FLOOR_MS = 5_000;
