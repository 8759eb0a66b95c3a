import type { PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { OpenTimes, Place, PodHost } from "#kubelet/machine/pod-host.js";
import type { Container, HookHandler } from "#model/kube/pod.js";
import type { LabBench, LabProcess, ProcessOptions } from "#ports/lab/lab-bench.js";
import { askHandler } from "./ask-handler.js";
import type { PodLog } from "./pod-log.js";
import { runHook } from "./run-hook.js";
import type { ScaledTimers } from "./scaled-timers.js";

/** The real processes behind one container of a pod. */
export interface ContainerProcesses {
  /** Starts the entrypoint. `instance` counts from 0, over restarts. */
  start(instance: number): Promise<LabProcess>;
  /** How exec probes and hooks are started; beside the container's own working directory and variables. */
  readonly exec?: ProcessOptions;
}

export interface RealHostOptions {
  readonly bench: LabBench;
  readonly containers: readonly Container[];
  readonly processes: readonly ContainerProcesses[];
  readonly timers: ScaledTimers;
  readonly log: PodLog;
  readonly phaseSeconds: number;
  /** Real ms that a probe waits at least. */
  readonly timeoutFloorMs: number;
  readonly machine: () => PodMachine;
  /** Tells the machine of what happened by itself, unless the pod's run is over. */
  readonly tell: (act: (machine: PodMachine) => void) => void;
}

/** The world of a pod with real processes, probes and hooks, and what runs in it. */
export function realHost(options: RealHostOptions): {
  readonly host: PodHost;
  /** The process that runs as that container now. */
  readonly process: (place: Place) => LabProcess | null;
} {
  const { bench, processes, timers, log, machine, tell, timeoutFloorMs } = options;
  const running = new Map<Place, LabProcess>();
  const starting = new Map<Place, Promise<LabProcess>>();
  const follow = (place: Place, process: LabProcess): void => {
    running.set(place, process);
    void process.exited.then((end) => {
      if (running.get(place) === process) running.delete(place);
      const code = exitCodeOf(end);
      tell(({ exited }) => exited(place, code, code === 0 ? "Completed" : "Error"));
    });
  };
  const host: PodHost = {
    now: timers.now,
    wakeAt: (code, at) => timers.later(at, () => machine().woke(code)),
    start(place, instance) {
      const given = processes[place];
      if (given === undefined) throw new Error(`invariant broken: nothing runs as ${place}`);
      const start = given.start(instance);
      starting.set(place, start);
      void start.then(
        (process) => follow(place, process),
        (error: Error) => {
          log.note("StartError", place, error.message);
          tell(({ exited }) => exited(place, 128, "StartError"));
        },
      );
    },
    stop: (place, signal) => running.get(place)?.signal(signal ?? "SIGTERM"),
    kill: (place) => running.get(place)?.signal("SIGKILL"),
    hook: (place, which, handler) => hook(options, starting, { place, which, handler }),
    ask(place, kind, probe) {
      const timeoutMs = Math.max(timeoutFloorMs, probe.timeoutSeconds * 1_000 * bench.scale);
      void askHandler(probe, { ...aboutOf(options, place), timeoutMs }).then((outcome) => {
        tell(({ probeAnswered }) => probeAnswered(place, kind, outcome));
      });
      return null;
    },
    open: labTimes(options.phaseSeconds),
    told: log.listener,
  };
  return { host, process: (place) => running.get(place) ?? null };
}

function aboutOf({ bench, containers, processes }: RealHostOptions, place: Place) {
  const container = containers[place];
  if (container === undefined) throw new Error(`invariant broken: no container at ${place}`);
  return { bench, container, exec: processes[place]?.exec ?? {} };
}

/** A hook goes with its container: of one that has ended, or never ran, nothing is told. */
function hook(
  options: RealHostOptions,
  starting: ReadonlyMap<Place, Promise<LabProcess>>,
  asked: {
    readonly place: Place;
    readonly which: "postStart" | "preStop";
    readonly handler: HookHandler;
  },
): void {
  const { timers, log, machine, tell } = options;
  const { place, which, handler } = asked;
  const started = starting.get(place);
  const end = (good: boolean): void => {
    if (starting.get(place) === started) machine().hookEnded(place, which, good);
  };
  if (handler.kind === "sleep") {
    timers.later(timers.now() + handler.seconds * 1_000_000, () => end(true));
    return;
  }
  void started?.then(
    async ({ exited }) => {
      const failure = await runHook(handler, { ...aboutOf(options, place), ended: exited });
      log.note(`${which} ${failure === null ? "done" : "failed"}`, place, failure ?? "");
      tell(() => end(failure === null));
    },
    () => {},
  );
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

/** As a container runtime reports it: 128 and the signal's number. */
export function exitCodeOf(end: number | string): number {
  if (typeof end === "number") return end;
  return 128 + (SIGNALS[end] ?? 0);
}

const SIGNALS: Readonly<Record<string, number>> = {
  ...{ SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGABRT: 6, SIGBUS: 7, SIGKILL: 9 },
  ...{ SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15 },
};
