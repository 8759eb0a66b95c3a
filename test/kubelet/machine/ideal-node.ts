import { createPodMachine, type PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { OpenTimes, PodHost, PodListener } from "#kubelet/machine/pod-host.js";
import { type NodeVersion, nodeVersion } from "#kubelet/node-version.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { BackOffLimits } from "#kubelet/restart/back-off.js";
import type { HookHandler, Pod, ProbeKind } from "#model/kube/pod.js";

/** How a container behaves. Seconds. */
export interface Script {
  /** From its start to its exit by itself, by instance; absent: it stays. */
  readonly exits?: (instance: number) => { readonly after: number; readonly code: number } | null;
  readonly onTerm?: { readonly after: number; readonly code: number } | "ignores";
  readonly probe?: (kind: ProbeKind, age: number, at: number, instance: number) => Outcome;
  readonly probeTakes?: number;
  readonly hook?: (which: string) => { readonly takes: number; readonly good: boolean };
}

export interface Line {
  readonly at: number;
  readonly what: string;
  readonly place: number;
  readonly text: string;
}

export const good: Outcome = { kind: "success", output: "" };
export const bad: Outcome = { kind: "failure", output: "HTTP probe failed with statuscode: 500" };
const S = 1_000_000;

type Note = (what: string, place: number, text?: string) => void;

function listener(note: Note): PodListener {
  return {
    hears: true,
    attempt: (place, kind, result) => note(`probe ${kind}`, place, result),
    verdict: (place, kind, verdict) => note(`verdict ${kind}`, place, verdict),
    event: (place, reason, message) => note(reason, place, message),
    killing: (place, _, message) => note("Killing", place, message),
    preStop: (place) => note("preStop", place),
    signal: (place, signal) => note(signal ?? "SIGTERM", place),
    started: (place, restarts) => note("started", place, `${restarts}`),
    exited: (place, code) => note("exited", place, `${code}`),
    refused: (place, _, until) => note("BackOff", place, `${until / S}`),
    ready: (ready) => note(ready ? "Ready" : "NotReady", -1),
    phase: (phase) => note(phase, -1),
    synced: () => note("sync", -1),
    gone: () => note("gone", -1),
  };
}

const IDEAL: OpenTimes = {
  sandboxUs: () => 2 * S,
  anchorOf: () => 0,
  detectionUs: () => 0,
  requeueJitter: () => 1,
  wallUs: 0,
};

interface Options {
  readonly until: number;
  readonly version?: NodeVersion;
  readonly limits?: BackOffLimits;
  readonly open?: Partial<OpenTimes>;
  readonly acts?: readonly (readonly [number, (machine: PodMachine) => void])[];
}

/** A pod on an ideal node: a sandbox after 2 s, notices at once, no jitter, kubelet old. Runs until `until` seconds. */
export function idealNode(
  pod: Pod,
  scripts: readonly Script[],
  options: Options,
): { lines: Line[]; machine: PodMachine; times: (what: string, place?: number) => number[] } {
  let [now, sequence] = [0, 0];
  const queue: { at: number; order: number; act: () => void }[] = [];
  const at = (time: number, act: () => void) => queue.push({ at: time, order: sequence++, act });
  const lines: Line[] = [];
  const note: Note = (what, place, text = "") => {
    lines.push({ at: now / S, what, place, text });
  };
  const instances = new Map<number, { instance: number; startedAt: number }>();
  const told = listener(note);
  let machine: PodMachine;
  const ends = (place: number, instance: number, code: number, reason = "Error"): void => {
    if (instances.get(place)?.instance !== instance) return;
    instances.delete(place);
    machine.exited(place, code, code === 0 ? "Completed" : reason);
  };
  const host: PodHost = {
    now: () => now,
    wakeAt: (code, time) => at(time, () => machine.woke(code)),
    start(place, instance) {
      instances.set(place, { instance, startedAt: now });
      const end = scripts[place]?.exits?.(instance);
      if (end) at(now + end.after * S, () => ends(place, instance, end.code));
    },
    stop(place) {
      const { onTerm = { after: 0, code: 0 } } = scripts[place] ?? {};
      const instance = instances.get(place)?.instance ?? -1;
      if (onTerm === "ignores") return;
      at(now + onTerm.after * S, () => ends(place, instance, onTerm.code));
    },
    kill: (place) => ends(place, instances.get(place)?.instance ?? -1, 137),
    hook(place, which, handler: HookHandler) {
      const seconds = handler.kind === "sleep" ? handler.seconds : 0;
      const { takes, good: well } = scripts[place]?.hook?.(which) ?? { takes: seconds, good: true };
      at(now + takes * S, () => machine.hookEnded(place, which, well));
    },
    ask(place, kind) {
      const script = scripts[place];
      const running = instances.get(place);
      const age = (now - (running?.startedAt ?? now)) / S;
      const outcome = script?.probe?.(kind, age, now / S, running?.instance ?? -1) ?? good;
      at(now + (script?.probeTakes ?? 0) * S, () => machine.probeAnswered(place, kind, outcome));
      return null;
    },
    open: { ...IDEAL, ...options.open },
    told,
  };
  machine = createPodMachine(pod, options.version ?? nodeVersion(36), host, options.limits);
  at(0, () => machine.begin());
  for (const [time, act] of options.acts ?? []) at(time * S, () => act(machine));
  const next = () => queue.sort((a, b) => a.at - b.at || a.order - b.order).shift();
  for (let one = next(); one !== undefined && one.at <= options.until * S; one = next()) {
    now = one.at;
    one.act();
  }
  const times = (what: string, place?: number): number[] =>
    lines
      .filter((one) => one.what === what && (place ?? one.place) === one.place)
      .map(({ at: t }) => t);
  return { lines, machine, times };
}
