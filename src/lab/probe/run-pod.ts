import { createPodMachine, type PodMachine } from "#kubelet/machine/create-pod-machine.js";
import { nodeVersion } from "#kubelet/node-version.js";
import type { Recorder } from "#lab/record.js";
import type { Pod } from "#model/kube/pod.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";
import { newPodLog, type PodLine, type PodLog } from "./pod-log.js";
import { type ContainerProcesses, realHost } from "./real-host.js";
import { scaledTimers } from "./scaled-timers.js";

export interface PodRunOptions {
  readonly bench: LabBench;
  /** null: nothing of it is drawn. */
  readonly record: Recorder | null;
  readonly pod: Pod;
  /** In the order of the pod's containers, init containers first. */
  readonly processes: readonly ContainerProcesses[];
  /** Where in a probe's period its ticks come: nominal seconds. */
  readonly phaseSeconds?: number;
  /**
   * A probe waits at least that long for an answer, in real ms, however its timeout is scaled: a busy machine is not what is measured.
   * 0: the timeout is.
   */
  readonly timeoutFloorMs?: number;
  /** Called at every new line of the log. */
  readonly heard?: (line: PodLine) => void;
}

/** A pod whose kubelet is the model and whose processes, probes and clock are real. */
export interface PodRun {
  readonly machine: PodMachine;
  readonly log: PodLog;
  /** When the pod began, by the bench's clock. */
  readonly beganMs: number;
  /** Nominal seconds since the pod began, as its log counts them. */
  now(): number;
  /** Tells the machine of something that happens to the pod. */
  tell(act: (machine: PodMachine) => void): void;
  /** The process that runs as that container now. */
  process(place: number): LabProcess | null;
  /** No more probes, and no more restarts. Processes are left to the bench. */
  stop(): void;
}

/** The pod begins at once. */
export function runPod(options: PodRunOptions): PodRun {
  const { bench, pod, processes, phaseSeconds = 0, timeoutFloorMs = 1_000 } = options;
  const timers = scaledTimers(bench.clock, bench.scale);
  const containers = [...pod.spec.initContainers, ...pod.spec.containers];
  const log = newPodLog(containers, { ...options, nowUs: timers.now, clock: bench.clock });
  let over = false;
  const tell = (act: (machine: PodMachine) => void): void => {
    if (over) return;
    timers.advance();
    act(machine);
  };
  const real = realHost({
    ...{ bench, containers, processes, timers, log, tell, phaseSeconds, timeoutFloorMs },
    machine: () => machine,
  });
  const machine = createPodMachine(pod, nodeVersion(36, bench.cri), real.host);
  tell(() => machine.begin());
  return {
    ...{ machine, log, tell, process: real.process, beganMs: timers.beganMs },
    now() {
      timers.advance();
      return timers.now() / 1_000_000;
    },
    stop() {
      over = true;
      timers.stop();
      log.end();
    },
  };
}
