import { mountedVolume } from "#lab/programs/files/mounted-volume.js";
import { DEPENDENCY, WAITING_SERVICE } from "#lab/programs/files/waiting-service.js";
import type { Recorder } from "#lab/record.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

/** A pod's files, its service and what that depends on. The pod begins with this object. */
export interface WaitingPod {
  /** The service's source, the folder that it needs, and the pod's annotations as a volume. */
  readonly program: string;
  readonly prepared: string;
  readonly annotations: string;
  /** The port of the dependency. */
  readonly dependency: number;
  /** What the service and its init containers are told, and this besides. */
  env(more: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  startService(more: Readonly<Record<string, string>>): Promise<LabProcess>;
  /** Resolves with the moment at which it accepts connections. */
  openDependency(record: Recorder): Promise<number>;
  /** Resolves when the service has warmed up. */
  warm(): Promise<void>;
  /** Waits for the first answer of the service, and writes down when it came and what it was. */
  answered(record: Recorder): Promise<void>;
  /** What a client is answered; `nothing` where there is no answer in time. */
  answer(timeoutMs: number): Promise<string>;
  /** Nominal seconds. */
  nominal(ms: number): number;
}

/** `startSeconds`: nominal, of the service. */
export async function waitingPod(bench: LabBench, startSeconds: number): Promise<WaitingPod> {
  const { clock, files, folder, network, processes, scale } = bench;
  const [port, dependency] = [await network.freePort(), await network.freePort()];
  const program = `${folder}/service.mjs`;
  files.write(program, WAITING_SERVICE);
  files.write(`${folder}/dependency.mjs`, DEPENDENCY);
  const podInfo = mountedVolume(files, `${folder}/podinfo`, { annotations: 'limit="5"\n' });
  const env: WaitingPod["env"] = (more) => ({
    ...{ PREPARED: `${folder}/prepared`, WARM: `${folder}/warm` },
    ...{ START_MS: `${startSeconds * 1_000 * scale}`, LIMIT_FILE: `${podInfo.folder}/annotations` },
    ...{ HOST: network.host, PORT: `${port}`, DEPENDENCY: `${dependency}` },
    ...more,
  });
  const nominal = (ms: number): number => ms / 1_000 / scale;
  const answer = async (timeoutMs: number): Promise<string> => {
    const end = await network.ask({ port, path: "/", timeoutMs });
    return end.kind === "answered" ? end.body.trim() : "nothing";
  };
  const beganMs = clock.nowMs();
  return {
    ...{ program, dependency, env, nominal },
    prepared: `${folder}/prepared`,
    annotations: `${podInfo.folder}/annotations`,
    startService: (more) => processes.start(["node", program], { env: env(more) }),
    async openDependency(record) {
      const server = await processes.start(["node", `${folder}/dependency.mjs`], { env: env({}) });
      const isOpen = ({ text }: { text: string }): boolean => text === "open";
      const { atMs } = await server.lines.until("the dependency", isOpen, 0, PATIENCE_MS);
      record.mark("the dependency comes", atMs);
      return atMs;
    },
    async warm() {
      const deadline = clock.nowMs() + PATIENCE_MS;
      while (files.facts(`${folder}/warm`) === null) {
        if (clock.nowMs() > deadline) throw new Error("the service never warmed up");
        await clock.wait(LOOK_AGAIN_MS);
      }
    },
    answer,
    async answered(record) {
      await network.untilAnswered(port, PATIENCE_MS);
      record.count("served", nominal(clock.nowMs() - beganMs));
      record.text("value", await answer(PATIENCE_MS));
    },
  };
}

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 5;
