import type { NodeVersion } from "#kubelet/node-version.js";
import type { Verdict } from "#kubelet/prober/worker.js";
import { effectivePolicy, isRestarted, type Standing } from "#kubelet/restart/restarts.js";
import { type Container, isSidecar, type Pod } from "#model/kube/pod.js";

/** A container at the beginning of a sync. Verdicts are null where there is no such probe, `unknown` before one. */
export interface Snapshot {
  readonly container: Container;
  readonly standing: Standing;
  readonly liveness: Verdict | null;
  readonly startup: Verdict | null;
  /** The image of the spec is another one than that of the instance. */
  readonly changed: boolean;
  /** It ended in the sandbox before this one. */
  readonly earlier?: boolean;
}

export interface PodSnapshot {
  readonly pod: Pod;
  readonly init: readonly Snapshot[];
  readonly regular: readonly Snapshot[];
  /** null: there never was one. */
  readonly sandbox: {
    readonly ready: boolean;
    readonly hasAddress: boolean;
    readonly attempt: number;
  } | null;
  readonly version: NodeVersion;
}

export type KillReason = "liveness" | "startup" | "definition" | "unknown";

export interface Kill {
  readonly list: "init" | "regular";
  readonly index: number;
  readonly why: KillReason;
  /** It is on the start list of the same sync. */
  readonly restarts: boolean;
}

/** What one sync of a pod does. Kills come first, then init containers, then regular ones; indexes are those of the spec. */
export interface PodActions {
  /** The whole pod, with its sandbox. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly attempt: number;
  readonly kills: readonly Kill[];
  readonly startInit: readonly number[];
  readonly start: readonly number[];
}

/** Source: kuberuntime_manager.go computePodActions. */
export function podActions(snapshot: PodSnapshot): PodActions {
  const { sandbox } = snapshot;
  if (sandbox === null || !sandbox.ready || !sandbox.hasAddress) return newSandbox(snapshot);
  const kills: Kill[] = [];
  const startInit: number[] = [];
  const { attempt } = sandbox;
  const init = initActions(snapshot, kills, startInit);
  if (init !== "initialized") {
    return {
      killPod: init === "failed",
      createSandbox: false,
      attempt,
      kills,
      startInit,
      start: [],
    };
  }
  const start: number[] = [];
  const kept = regularActions(snapshot, kills, start);
  const killPod = kept === 0 && start.length === 0;
  return {
    ...{ killPod, createSandbox: false, attempt, start },
    kills: killPod ? [] : kills,
    startInit: killPod ? [] : startInit,
  };
}

function newSandbox({ pod, init, regular, sandbox }: PodSnapshot): PodActions {
  const policy = pod.spec.restartPolicy;
  const attempt = sandbox === null ? 0 : sandbox.attempt + 1;
  const killPod = sandbox !== null;
  const none = { kills: [], startInit: [], start: [] };
  const ran = [...init, ...regular].some(({ standing }) => standing.kind !== "none");
  if (policy === "Never" && ran) return { killPod, createSandbox: false, attempt, ...none };
  const open = regular.flatMap(({ standing }, index) => {
    const succeeded = standing.kind === "exited" && standing.exitCode === 0;
    return policy === "OnFailure" && succeeded ? [] : [index];
  });
  if (open.length === 0) return { killPod, createSandbox: false, attempt, ...none };
  const first = init.length > 0 ? { startInit: [0], start: [] } : { startInit: [], start: open };
  return { killPod, createSandbox: true, attempt, kills: [], ...first };
}

/** One after the other: the first that is not done decides what comes next. */
function initActions(
  { pod, init, regular, version }: PodSnapshot,
  kills: Kill[],
  start: number[],
): "initialized" | "initializing" | "failed" {
  const begun = regular.some(({ standing, earlier }) => standing.kind !== "none" && !earlier);
  const last = init.findLastIndex(({ standing }) => standing.kind !== "none");
  let next: number | null = begun ? null : 0;
  for (const [index, one] of init.entries()) {
    const seen = index <= last;
    if (isSidecar(one.container)) {
      const done = sidecarActions(one, index, begun || seen, kills, start);
      if (next === index && done) next = index + 1;
    } else if (next === index) {
      // What came before the newest one that has run is done, even if nothing remembers it.
      if (index < last || isDone(one.standing)) next = index + 1;
      else if (one.standing.kind === "exited") {
        if (!isRestarted(one.container, pod.spec.restartPolicy, one.standing, version)) {
          return "failed";
        }
        start.push(index);
      }
    }
  }
  if (next === null || next === init.length) return "initialized";
  const waiting = init[next];
  const fresh = waiting?.standing.kind === "none" || waiting?.standing.kind === "created";
  if (fresh && !start.includes(next)) start.push(next);
  return "initializing";
}

const isDone = (standing: Standing): boolean =>
  standing.kind === "exited" && standing.exitCode === 0;

/** Keeps a sidecar up. True: the next init container may begin. */
function sidecarActions(
  { standing, startup, liveness, changed }: Snapshot,
  index: number,
  begun: boolean,
  kills: Kill[],
  start: number[],
): boolean {
  const kill = (why: KillReason): void => {
    kills.push({ list: "init", index, why, restarts: true });
    start.push(index);
  };
  if (standing.kind !== "running") {
    if (!begun) return false;
    if (standing.kind === "unknown") kill("unknown");
    else start.push(index);
    return false;
  }
  if (startup === "failure") {
    kill("startup");
    return false;
  }
  const started = startup === null || startup === "success";
  if (changed) kill("definition");
  else if (started && liveness === "failure") kill("liveness");
  return started;
}

/** How many containers stay as they are. */
function regularActions(snapshot: PodSnapshot, kills: Kill[], start: number[]): number {
  const { pod, regular, version } = snapshot;
  let kept = 0;
  for (const [index, one] of regular.entries()) {
    const { container, standing, liveness, startup, changed } = one;
    if (standing.kind !== "running") {
      if (!isRestarted(container, pod.spec.restartPolicy, standing, version)) continue;
      if (standing.kind === "unknown") {
        kills.push({ list: "regular", index, why: "unknown", restarts: true });
      }
      start.push(index);
      continue;
    }
    const why = changed
      ? "definition"
      : liveness === "failure"
        ? "liveness"
        : startup === "failure"
          ? "startup"
          : null;
    if (why === null) {
      kept += 1;
      continue;
    }
    // Only the policy counts here, not the exit code to come.
    const restarts =
      why === "definition" || effectivePolicy(container, pod.spec.restartPolicy) !== "Never";
    kills.push({ list: "regular", index, why, restarts });
    if (restarts) start.push(index);
  }
  return kept;
}
