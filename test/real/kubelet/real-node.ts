import { monotonicNow } from "#edge/clock.js";
import { askHttp } from "#edge/processes/http-ask.js";
import { createPodMachine, type PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { PodHost, PodListener } from "#kubelet/machine/pod-host.js";
import { nodeVersion } from "#kubelet/node-version.js";
import { httpOutcome } from "#kubelet/prober/network-outcome.js";
import { scaledTimers } from "#lab/probe/scaled-timers.js";
import type { Pod } from "#model/kube/pod.js";
import type { LabClock } from "#ports/lab/lab-bench.js";

export interface RealNode {
  readonly machine: PodMachine;
  readonly lines: readonly { readonly what: string; readonly atMs: number }[];
  seen(what: string): Promise<void>;
  /** Tells the machine of something that happened by itself. */
  tell(act: (machine: PodMachine) => void): void;
  stop(): void;
}

/** One pod on a real clock, whose probes ask the HTTP server on that port of the loopback. */
export function realNode(pod: Pod, port: number): RealNode {
  const lines: { what: string; atMs: number }[] = [];
  const waiting = new Map<string, () => void>();
  const note = (what: string): void => {
    lines.push({ what, atMs: monotonicNow() });
    waiting.get(what)?.();
  };
  const timers = scaledTimers(REAL_CLOCK, 1);
  const host: PodHost = {
    now: timers.now,
    wakeAt: (code, at) => timers.later(at, () => machine.woke(code)),
    start: () => {},
    stop: (place) => timers.later(timers.now(), () => machine.exited(place, 0, "Completed")),
    kill: (place) => machine.exited(place, 137, "Error"),
    hook: (place, which) => machine.hookEnded(place, which, true),
    ask(place, kind) {
      void statusOf(port).then((status) => {
        timers.advance();
        machine.probeAnswered(place, kind, httpOutcome({ kind: "answered", status, body: "" }));
      });
      return null;
    },
    open: {
      sandboxUs: () => 10_000,
      anchorOf: () => 0,
      detectionUs: () => 1_000,
      requeueJitter: () => 1,
      wallUs: 0,
    },
    told: listenerOf(note),
  };
  const machine = createPodMachine(pod, nodeVersion(36), host);
  return {
    machine,
    lines,
    seen: (what) =>
      new Promise((found) => {
        waiting.set(what, found);
      }),
    tell(act) {
      timers.advance();
      act(machine);
    },
    stop: timers.stop,
  };
}

async function statusOf(port: number): Promise<number> {
  const { detail } = await askHttp({
    ...{ reach: { host: "127.0.0.1", port }, path: "/", timeoutMs: 1_000 },
    ...{ cancelled: new AbortController().signal, holds: () => null },
  });
  return Number(/\d+/.exec(detail)?.[0] ?? 0);
}

function listenerOf(note: (what: string) => void): PodListener {
  return {
    hears: true,
    attempt: (_, kind, result) => note(`${kind} ${result}`),
    verdict: () => {},
    event: (_, reason) => note(reason),
    killing: (_, cause) => note(`killing ${cause}`),
    preStop: () => {},
    signal: (_, signal) => note(signal ?? "SIGTERM"),
    started: (_, restarts) => note(`started ${restarts}`),
    exited: () => {},
    refused: () => {},
    ready: (ready) => note(ready ? "Ready" : "NotReady"),
    phase: () => {},
    synced: () => {},
    gone: () => note("gone"),
  };
}

const REAL_CLOCK: LabClock = {
  nowMs: monotonicNow,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
