import { createPodMachine, type PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { OpenTimes, PodHost } from "#kubelet/machine/pod-host.js";
import { nodeVersion } from "#kubelet/node-version.js";
import type { Recorder } from "#lab/record.js";
import type { Container, Pod } from "#model/kube/pod.js";
import type { LabBench, LabProcess, ProcessOptions } from "#ports/lab/lab-bench.js";
import { askHandler } from "./ask-handler.js";
import { newPodLog, type PodLine, type PodLog } from "./pod-log.js";
import { scaledTimers } from "./scaled-timers.js";

/** The real processes behind one container of a pod. */
export interface ContainerProcesses {
  /** Starts the entrypoint. `instance` counts from 0, over restarts. */
  start(instance: number): Promise<LabProcess>;
  /** How exec probes are started. */
  readonly exec?: ProcessOptions;
}

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

/** Times that the node leaves open, as the lab has them. */
export function labTimes(phaseSeconds: number): OpenTimes {
  const phase = Math.round(phaseSeconds * 1_000_000);
  return {
    sandboxUs: () => 10_000,
    anchorOf: () => phase,
    detectionUs: () => 1_000,
    requeueJitter: () => 1,
    wallUs: 0,
  };
}

/** The pod begins at once. */
export function runPod(options: PodRunOptions): PodRun {
  const { bench, pod, processes, phaseSeconds = 0, timeoutFloorMs = 1_000 } = options;
  const timers = scaledTimers(bench.clock, bench.scale);
  const containers = [...pod.spec.initContainers, ...pod.spec.containers];
  const running = new Map<number, LabProcess>();
  const log = newPodLog(containers, { ...options, nowUs: timers.now, clock: bench.clock });
  let over = false;
  const tell = (act: (machine: PodMachine) => void): void => {
    if (over) return;
    timers.advance();
    act(machine);
  };
  const host: PodHost = {
    now: timers.now,
    wakeAt: (code, at) => timers.later(at, () => machine.woke(code)),
    start(place, instance) {
      const given = processes[place];
      if (given === undefined) throw new Error(`invariant broken: nothing runs as ${place}`);
      void given.start(instance).then(
        (process) => follow(place, process),
        (error: Error) => {
          log.note("StartError", place, error.message);
          tell(() => machine.exited(place, 128, "StartError"));
        },
      );
    },
    stop: (place, signal) => running.get(place)?.signal(signal ?? "SIGTERM"),
    kill: (place) => running.get(place)?.signal("SIGKILL"),
    hook(place, which, handler) {
      const seconds = handler.kind === "sleep" ? handler.seconds : 0;
      timers.later(timers.now() + seconds * 1_000_000, () => machine.hookEnded(place, which, true));
    },
    ask(place, kind, probe) {
      const container = containers[place] as Container;
      const timeoutMs = Math.max(timeoutFloorMs, probe.timeoutSeconds * 1_000 * bench.scale);
      const exec = processes[place]?.exec ?? {};
      void askHandler(probe, { bench, container, exec, timeoutMs }).then((outcome) => {
        tell(() => machine.probeAnswered(place, kind, outcome));
      });
      return null;
    },
    open: labTimes(phaseSeconds),
    told: log.listener,
  };
  const follow = (place: number, process: LabProcess): void => {
    running.set(place, process);
    void process.exited.then((end) => {
      if (running.get(place) === process) running.delete(place);
      const code = exitCodeOf(end);
      tell(() => machine.exited(place, code, code === 0 ? "Completed" : "Error"));
    });
  };
  const machine = createPodMachine(pod, nodeVersion(36), host);
  tell(() => machine.begin());
  return {
    ...{ machine, log, tell, beganMs: timers.beganMs },
    now() {
      timers.advance();
      return timers.now() / 1_000_000;
    },
    process: (place) => running.get(place) ?? null,
    stop() {
      over = true;
      timers.stop();
      log.end();
    },
  };
}

/** As a container runtime reports it: 128 and the signal's number. */
export function exitCodeOf(end: number | string): number {
  if (typeof end === "number") return end;
  return 128 + (SIGNALS[end] ?? 0);
}

const SIGNALS: Readonly<Record<string, number>> = {
  ...{ SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGABRT: 6, SIGBUS: 7, SIGKILL: 9 },
  ...{ SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15 },
};
