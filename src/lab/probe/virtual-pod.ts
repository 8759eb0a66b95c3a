import { createPodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { OpenTimes, PodHost } from "#kubelet/machine/pod-host.js";
import { type NodeVersion, nodeVersion } from "#kubelet/node-version.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Pod, ProbeKind } from "#model/kube/pod.js";
import { newPodLog, type PodLine } from "./pod-log.js";
import { labTimes } from "./real-host.js";

/** How a pod's only container behaves, by its age in seconds. `run` counts its instances from 0. */
export interface Script {
  /** Ends by itself at that age; null: never. */
  readonly exitsAfter: (run: number) => number | null;
  /** From SIGTERM to its end; null: it ignores SIGTERM. */
  readonly termTakes: (run: number) => number | null;
  readonly healthy: (age: number) => boolean;
  /** What a probe is answered, in the place of `healthy`. */
  readonly answers?: (kind: ProbeKind, age: number) => Outcome;
  /** Exit code after SIGTERM; 143 unless given. */
  readonly termCode?: number;
}

export interface VirtualOptions {
  readonly phaseSeconds: number;
  readonly untilSeconds: number;
  /** The API is asked to delete the pod then, with this grace. */
  readonly deleted: { readonly at: number; readonly graceSeconds: number } | null;
  /** Times that the node leaves open; those of the lab's own kubelet unless given. */
  readonly open?: OpenTimes;
  readonly version?: NodeVersion;
}

/** Whole microseconds: the machine knows no others, and would wake for ever for the rest of one. */
const microseconds = (seconds: number): number => Math.round(seconds * 1_000_000);
const GOOD: Outcome = { kind: "success", output: "" };
const BAD: Outcome = { kind: "failure", output: "HTTP probe failed with statuscode: 503" };

/** The same pod in virtual time, with the same model: what the kubelet does if nothing takes any time. */
export function virtualPod(pod: Pod, script: Script, options: VirtualOptions): readonly PodLine[] {
  let [now, sequence] = [0, 0];
  const queue: { at: number; order: number; act: () => void }[] = [];
  const later = (at: number, act: () => void): void => {
    queue.push({ at, order: sequence, act });
    sequence += 1;
  };
  let running: { readonly run: number; readonly at: number } | null = null;
  let runs = 0;
  const clock = { nowMs: () => 0, wait: () => Promise.resolve(), after: () => () => {} };
  const log = newPodLog(pod.spec.containers, { nowUs: () => now, clock, record: null });
  const ends = (run: number, code: number): void => {
    if (running?.run !== run) return;
    running = null;
    machine.exited(0, code, code === 0 ? "Completed" : "Error");
  };
  const host: PodHost = {
    now: () => now,
    wakeAt: (code, at) => later(at, () => machine.woke(code)),
    start() {
      const run = runs;
      runs += 1;
      running = { run, at: now };
      const after = script.exitsAfter(run);
      if (after !== null) later(now + microseconds(after), () => ends(run, 0));
    },
    stop() {
      const run = running?.run ?? -1;
      const takes = script.termTakes(run);
      if (takes !== null) {
        later(now + microseconds(takes), () => ends(run, script.termCode ?? 143));
      }
    },
    kill: () => ends(running?.run ?? -1, 137),
    hook(place, which, handler) {
      const seconds = handler.kind === "sleep" ? handler.seconds : 0;
      later(now + microseconds(seconds), () => machine.hookEnded(place, which, true));
    },
    ask(place, kind) {
      const age = (now - (running?.at ?? now)) / 1_000_000;
      const outcome = script.answers?.(kind, age) ?? (script.healthy(age) ? GOOD : BAD);
      later(now, () => machine.probeAnswered(place, kind, outcome));
      return null;
    },
    open: options.open ?? labTimes(options.phaseSeconds),
    told: log.listener,
  };
  const machine = createPodMachine(pod, options.version ?? nodeVersion(36), host);
  later(0, () => machine.begin());
  const { deleted } = options;
  if (deleted !== null)
    later(microseconds(deleted.at), () => machine.deleted(deleted.graceSeconds));
  const until = microseconds(options.untilSeconds);
  const next = () => queue.sort((a, b) => a.at - b.at || a.order - b.order).shift();
  for (let one = next(); one !== undefined && one.at <= until; one = next()) {
    now = one.at;
    one.act();
  }
  return log.lines;
}
