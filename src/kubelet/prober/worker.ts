import type { NodeVersion } from "#kubelet/node-version.js";
import type { Probe, ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";

/**
 * The prober: one worker a pod, container and probe. It belongs to the pod, not to the container: its phase and what it last
 * saw outlive restarts. Source: k8s.io/kubernetes/pkg/kubelet/prober, worker.go and prober_manager.go.
 */
export interface Worker {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** The instance the stored verdict is about; -1: none was seen yet. */
  seen: number;
  lastResult: Result | null;
  /** So many equal results in a row, the last one included. */
  run: number;
  onHold: boolean;
  /** null: none stored for the instance. */
  verdict: Verdict | null;
}

/** Of an attempt that counts. */
export type Result = "success" | "failure";
export type Verdict = Result | "unknown";

/** A container as the kubelet's cached status shows it. */
export interface ContainerView {
  /** Numbers of instances never come back; -1: the status names no container. */
  readonly instance: number;
  readonly state: "waiting" | "running" | "terminated";
  /** In whole seconds of the wall clock, as the API shows it. */
  readonly startedAt: Micros;
  /** `started` of the status: only then liveness and readiness are asked, only before it startup. */
  readonly started: boolean;
  /** A terminated one comes back under the policies that apply. */
  readonly restarts: boolean;
  readonly sidecar: boolean;
}

/** What stands above a worker when it is about to ask. */
export interface PodView {
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed";
  /** In the worker's own copy of the pod, which is that of its creation. */
  readonly deleting: boolean;
  /** The kubelet came back after the container began: no verdict is assumed for it. */
  readonly keepsStatus: boolean;
}

/** What an attempt comes to before the handler is asked. */
export type Gate = "nothing" | "leave" | "ask";

export function newWorker(kind: ProbeKind, probe: Probe): Worker {
  return { kind, probe, seen: -1, lastResult: null, run: 0, onHold: false, verdict: null };
}

/** The verdict on an instance that was not asked yet. */
export function firstVerdict(kind: ProbeKind): Verdict {
  return kind === "liveness" ? "success" : kind === "readiness" ? "failure" : "unknown";
}

/**
 * Everything that is looked at before the handler runs, in the kubelet's order. Notes a new instance in the worker. `pod`
 * and `container` are null where the status cache has nothing.
 */
export function gate(
  worker: Worker,
  pod: PodView | null,
  container: ContainerView | null,
  nowUs: Micros,
  version: NodeVersion,
): Gate {
  if (pod === null) return "nothing";
  if (pod.phase === "Succeeded" || pod.phase === "Failed") return "leave";
  if (container === null || container.instance < 0) return "nothing";
  if (worker.seen !== container.instance) meet(worker, pod, container);
  if (worker.onHold) return "nothing";
  if (container.state !== "running") {
    worker.verdict = "failure";
    const survives =
      container.restarts || (container.sidecar && version.quirks.sidecarWorkersSurvive);
    return container.state === "terminated" && !survives ? "leave" : "nothing";
  }
  if (pod.deleting && worker.kind !== "readiness") {
    worker.verdict = "success";
    return "leave";
  }
  if (nowUs - container.startedAt < worker.probe.initialDelaySeconds * 1_000_000) return "nothing";
  if (container.started === (worker.kind === "startup")) return "nothing";
  return "ask";
}

function meet(worker: Worker, pod: PodView, container: ContainerView): void {
  worker.seen = container.instance;
  worker.onHold = false;
  // Neither the run nor the last result is forgotten: a new instance inherits the failures of the one before.
  if (!pod.keepsStatus) worker.verdict = firstVerdict(worker.kind);
  else if (container.sidecar && worker.kind === "startup" && container.started) {
    worker.verdict = "success";
  } else worker.verdict = null;
}

/** Counts an attempt's result. True: the stored verdict is another one now. */
export function count(worker: Worker, result: Result, version: NodeVersion): boolean {
  if (worker.lastResult === result) worker.run += 1;
  else {
    worker.lastResult = result;
    worker.run = 1;
  }
  const { failureThreshold, successThreshold } = worker.probe;
  if (worker.run < (result === "failure" ? failureThreshold : successThreshold)) return false;
  const changed = worker.verdict !== result;
  worker.verdict = result;
  const startupEnds =
    worker.kind === "startup" && (result === "failure" || version.quirks.startupHoldAfterSuccess);
  if (startupEnds || (worker.kind === "liveness" && result === "failure")) {
    worker.onHold = true;
    worker.run = 0;
  }
  return changed;
}
