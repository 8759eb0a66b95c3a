import type { PodListener } from "#kubelet/machine/pod-host.js";
import type { NodeVersion } from "#kubelet/node-version.js";
import { backOffMessage, startedMessage } from "#kubelet/status/event-words.js";
import type { ProbeKind } from "#model/kube/pod.js";
import type { LifeHappening, Micros } from "#model/life/life-event.js";
import type { EventHeap } from "#simulate/life/time/event-heap.js";
import type { Meeting } from "#simulate/life/traffic/listener.js";

/** What is counted of one pod, whether or not anybody listens. */
export interface PodRecord {
  kills: number;
  firstKillAt: Micros | null;
  /** By the probe whose verdict it was. */
  readonly killsBy: { liveness: number; startup: number };
  restarts: number;
  refusals: number;
  ready: boolean;
  readyOnce: boolean;
  readySince: Micros | null;
  notReadyUs: Micros;
  notReadySince: Micros | null;
  readyFlips: number;
  peakAlive: number;
  /** Counted failures of liveness by the cause of the outage they met. */
  readonly livenessFailures: Map<string, number>;
  ended: string | null;
  /** When it was first not ready any more. */
  firstNotReadyAt: Micros | null;
  /** Every instant at which what clients meet changed, or why. */
  readonly edges: {
    readonly at: Micros;
    readonly mode: Meeting["mode"];
    readonly cause: string | null;
  }[];
  met(meeting: Meeting): void;
  failed(kind: ProbeKind, cause: string | null): void;
  alive(processes: number): void;
  /** A mounted ConfigMap was edited; its files change with the next sync. */
  edited(): void;
  /** When the files of edits changed, in order. */
  readonly refreshedAt: Micros[];
  /** Edits that are not in the files yet. */
  stale: boolean;
  listener(
    say: (happening: LifeHappening, place: number) => void,
    around: ListenerSurroundings,
  ): PodListener;
  close(now: Micros): void;
}

export interface ListenerSurroundings {
  readonly heard: boolean;
  readonly names: readonly string[];
  readonly version: NodeVersion;
  /** `name_namespace`. */
  readonly pod: string;
  readonly endpointChanged: () => void;
  readonly gone: () => void;
}

export function podRecord(heap: EventHeap): PodRecord {
  let cause: string | null = null;
  let last: Meeting | null = null;
  const record: PodRecord = {
    ...{ kills: 0, firstKillAt: null, killsBy: { liveness: 0, startup: 0 }, restarts: 0 },
    ...{ refusals: 0, ready: false, readyOnce: false, readySince: null, notReadyUs: 0 },
    ...{ notReadySince: null, readyFlips: 0, peakAlive: 0, livenessFailures: new Map() },
    ...{ firstNotReadyAt: null, ended: null, edges: [], refreshedAt: [], stale: false },
    edited() {
      record.stale = true;
    },
    met(meeting) {
      const same = last?.mode === meeting.mode && last.cause === meeting.cause;
      if (!same) record.edges.push({ at: heap.now, ...meeting });
      last = meeting;
      cause = meeting.cause;
    },
    failed(kind, of) {
      if (kind !== "liveness") return;
      cause = of;
    },
    alive(processes) {
      if (processes > record.peakAlive) record.peakAlive = processes;
    },
    listener: (say, around) => listenerOf(record, heap, say, around, () => cause),
    close(now) {
      if (record.notReadySince === null) return;
      record.notReadyUs += now - record.notReadySince;
      record.notReadySince = now;
    },
  };
  return record;
}

function listenerOf(
  record: PodRecord,
  heap: EventHeap,
  say: (happening: LifeHappening, place: number) => void,
  around: ListenerSurroundings,
  causeNow: () => string | null,
): PodListener {
  return {
    ...probeListener(record, heap, say, around.heard, causeNow),
    ...lifeListener(record, heap, say, around),
  };
}

type ProbeEvents = Pick<
  PodListener,
  "hears" | "attempt" | "verdict" | "event" | "killing" | "preStop" | "signal"
>;

function probeListener(
  record: PodRecord,
  heap: EventHeap,
  say: (happening: LifeHappening, place: number) => void,
  heard: boolean,
  causeNow: () => string | null,
): ProbeEvents {
  return {
    hears: heard,
    attempt(place, probe, result, message, run, ageUs) {
      if (probe === "liveness" && result === "failure") {
        const why = causeNow() ?? "none";
        record.livenessFailures.set(why, (record.livenessFailures.get(why) ?? 0) + 1);
      }
      if (!heard) return;
      const cause = result === "success" ? null : causeNow();
      const counted = result !== "error";
      say({ ev: "probe", data: { probe, result, counted, ageUs, run, message, cause } }, place);
    },
    verdict(place, probe, result) {
      if (heard) say({ ev: "resultChanged", data: { probe, result } }, place);
    },
    event(place, reason, message) {
      if (heard) say({ ev: "unhealthy", data: { reason, message } }, place);
    },
    killing(place, cause, message, graceS) {
      if (cause === "liveness" || cause === "startup") {
        record.kills += 1;
        record.killsBy[cause] += 1;
        record.firstKillAt ??= heap.now;
      }
      if (heard) say({ ev: "killing", data: { reason: cause, message, graceS } }, place);
    },
    preStop(place, handler, limitUs) {
      if (!heard) return;
      const endsAt = heap.now + (handler.kind === "sleep" ? handler.seconds * 1_000_000 : limitUs);
      say({ ev: "preStop", data: { handler: handler.kind, endsAt } }, place);
    },
    signal(place, signal) {
      if (heard) say({ ev: "signal", data: { signal: signal ?? "SIGTERM", to: "PID 1" } }, place);
    },
  };
}

function lifeListener(
  record: PodRecord,
  heap: EventHeap,
  say: (happening: LifeHappening, place: number) => void,
  { heard, names, version, pod, endpointChanged, gone }: ListenerSurroundings,
): Omit<PodListener, keyof ProbeEvents> {
  return {
    started(place, restartCount) {
      if (restartCount > 0) record.restarts += 1;
      if (!heard) return;
      const message = startedMessage(names[place] ?? "", version);
      say({ ev: "started", data: { restartCount, message } }, place);
    },
    exited(place, exitCode, reason) {
      if (heard) say({ ev: "exited", data: { exitCode, reason } }, place);
    },
    refused(place, valueUs) {
      record.refusals += 1;
      if (!heard) return;
      const message = backOffMessage(names[place] ?? "", pod);
      say({ ev: "backoff", data: { reason: "BackOff", message, delayUs: valueUs } }, place);
    },
    ready(ready) {
      record.ready = ready;
      if (ready) {
        if (record.notReadySince !== null) record.notReadyUs += heap.now - record.notReadySince;
        record.notReadySince = null;
        record.readyOnce = true;
        record.readySince = heap.now;
      } else {
        record.readyFlips += 1;
        record.firstNotReadyAt ??= heap.now;
        record.notReadySince = heap.now;
        record.readySince = null;
      }
      if (heard) {
        const happening: LifeHappening = ready
          ? { ev: "ready", data: { restartCount: record.restarts } }
          : { ev: "notReady", data: { reason: "ContainersNotReady" } };
        say(happening, -1);
      }
      endpointChanged();
    },
    phase(phase) {
      if (phase === "Succeeded" || phase === "Failed") record.ended = phase;
      if (heard) say({ ev: "phaseChanged", data: { phase, reason: null } }, -1);
      endpointChanged();
    },
    synced() {
      if (!record.stale) return;
      record.stale = false;
      record.refreshedAt.push(heap.now);
      if (heard) say({ ev: "configRefreshed", data: {} }, -1);
    },
    gone,
  };
}
