import type { NodeVersion } from "#kubelet/node-version.js";
import { isRestarted } from "#kubelet/restart/restarts.js";
import { type Container, isSidecar, type Pod } from "#model/kube/pod.js";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/** What the phase is made of, in the order of the spec. */
export interface Seen {
  readonly container: Container;
  readonly state: "waiting" | "running" | "terminated";
  readonly exitCode: number | null;
  /** It ran before: waiting is back-off then, not a first start. */
  readonly ran: boolean;
  readonly started: boolean;
}

/** Source: kubelet_pods.go getPhase. `init`: plain and sidecars; `terminal`: the pod is being ended. */
export function phaseOf(
  pod: Pod,
  init: readonly Seen[],
  regular: readonly Seen[],
  terminal: boolean,
  version: NodeVersion,
): Phase {
  const { restartPolicy } = pod.spec;
  const begun = regular.some(({ state, ran }) => state !== "waiting" || ran);
  for (const { container, state, exitCode, started } of init) {
    if (isSidecar(container)) {
      if (!begun && !started && !terminal) return "Pending";
    } else if (state !== "terminated") {
      if (!begun) return "Pending";
    } else if (exitCode !== 0) {
      const standing = { kind: "exited", exitCode: exitCode ?? 1 } as const;
      if (!isRestarted(container, restartPolicy, standing, version)) return "Failed";
      if (!begun && !terminal) return "Pending";
    }
  }
  if (regular.some(({ state, ran }) => state === "waiting" && !ran)) return "Pending";
  if (regular.some(({ state }) => state === "running")) return "Running";
  const ended = regular.map(({ container, exitCode }) => ({ container, exitCode: exitCode ?? 0 }));
  const restarts = ended.some(({ container, exitCode }) =>
    isRestarted(container, restartPolicy, { kind: "exited", exitCode }, version),
  );
  if (restarts && !terminal) return "Running";
  return ended.every(({ exitCode }) => exitCode === 0) ? "Succeeded" : "Failed";
}
