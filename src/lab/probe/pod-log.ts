import type { AttemptResult, PodListener } from "#kubelet/machine/pod-host.js";
import type { Recorder } from "#lab/record.js";
import type { Container, ProbeKind } from "#model/kube/pod.js";
import type { LabClock } from "#ports/lab/lab-bench.js";

/** One thing the kubelet did or saw. */
export interface PodLine {
  /** Nominal seconds since the pod began. */
  readonly at: number;
  /** `started`, `exited`, `Killing`, `Ready`, `liveness failure`, the reason of an event… */
  readonly what: string;
  /** −1: of the pod. */
  readonly place: number;
  readonly text: string;
}

/** All that a pod's kubelet told, and what somebody waits for in it. */
export interface PodLog {
  readonly lines: readonly PodLine[];
  readonly listener: PodListener;
  note(what: string, place: number, text?: string): void;
  count(what: string, place?: number): number;
  /** Attempts of all probes of that kind, whatever came of them. */
  attempts(kind: ProbeKind): number;
  /** Resolves at the `nth` line of that kind, come or still to come; rejects after `timeoutMs` of real time. */
  seen(what: string, nth: number, timeoutMs: number): Promise<PodLine>;
  end(): void;
}

export interface PodLogOptions {
  readonly nowUs: () => number;
  readonly clock: LabClock;
  readonly record: Recorder | null;
  /** Called at every new line. */
  readonly heard?: (line: PodLine) => void;
}

export function newPodLog(
  containers: readonly Container[],
  { nowUs, clock, record, heard }: PodLogOptions,
): PodLog {
  const lines: PodLine[] = [];
  const waiting = new Set<() => void>();
  const begun = new Map<number, { readonly atMs: number; readonly restarts: number }>();
  const nameOf = (place: number): string => containers[place]?.name ?? "pod";
  const note = (what: string, place: number, text = ""): void => {
    const line = { at: nowUs() / 1_000_000, what, place, text };
    lines.push(line);
    for (const look of [...waiting]) look();
    heard?.(line);
  };
  const closeSpan = (place: number, label: string, tone: "good" | "bad" | "quiet"): void => {
    const span = begun.get(place);
    if (span === undefined) return;
    begun.delete(place);
    const name = `run ${span.restarts + 1}${label === "" ? "" : `, ${label}`}`;
    record?.span(`container ${nameOf(place)}`, span.atMs, clock.nowMs(), name, tone);
  };
  const listener = listenerOf(note, {
    started: (place, restarts) => begun.set(place, { atMs: clock.nowMs(), restarts }),
    exited: (place, code) => closeSpan(place, `exit ${code}`, code === 0 ? "quiet" : "bad"),
    attempt: (place, kind, result, message) => {
      record?.point(`${kind} ${nameOf(place)}`, POINTS[result], message || "passed");
    },
    action: (place, words) => record?.point(`container ${nameOf(place)}`, "event", words),
  });
  const log: PodLog = {
    lines,
    listener,
    note,
    count: (what, place) =>
      lines.filter((line) => line.what === what && (place ?? line.place) === line.place).length,
    attempts: (kind) => RESULTS.reduce((sum, result) => sum + log.count(`${kind} ${result}`), 0),
    seen(what, nth, timeoutMs) {
      const find = (): PodLine | undefined => lines.filter((line) => line.what === what)[nth - 1];
      const known = find();
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = find();
          if (found === undefined) return;
          takeBack();
          waiting.delete(look);
          resolve(found);
        };
        const takeBack = clock.after(timeoutMs, () => {
          waiting.delete(look);
          reject(new Error(`"${what}" came ${log.count(what)} of ${nth} times in ${timeoutMs} ms`));
        });
        waiting.add(look);
      });
    },
    end() {
      for (const place of [...begun.keys()]) closeSpan(place, "", "good");
    },
  };
  return log;
}

const RESULTS: readonly AttemptResult[] = ["success", "failure", "error"];
const POINTS = { success: "pass", failure: "fail", error: "error" } as const;

interface Drawn {
  started(place: number, restarts: number): void;
  exited(place: number, code: number): void;
  attempt(place: number, kind: string, result: AttemptResult, message: string): void;
  action(place: number, words: string): void;
}

function listenerOf(
  note: (what: string, place: number, text?: string) => void,
  drawn: Drawn,
): PodListener {
  return {
    hears: true,
    attempt(place, kind, result, message) {
      note(`${kind} ${result}`, place, message);
      drawn.attempt(place, kind, result, message);
    },
    verdict: () => {},
    event: (place, reason, message) => note(reason, place, message),
    killing(place, _, message) {
      note("Killing", place, message);
      drawn.action(place, message);
    },
    preStop: (place) => note("preStop", place),
    signal: (place, signal) => note("signal", place, signal ?? "SIGTERM"),
    started(place, restarts) {
      note("started", place, `${restarts}`);
      drawn.started(place, restarts);
    },
    exited(place, code) {
      note("exited", place, `${code}`);
      drawn.exited(place, code);
    },
    refused(place) {
      note("BackOff", place);
      drawn.action(place, "waits: CrashLoopBackOff");
    },
    ready: (ready) => note(ready ? "Ready" : "NotReady", -1),
    phase: (phase) => note("phase", -1, phase),
    synced: () => {},
    gone: () => note("gone", -1),
  };
}
