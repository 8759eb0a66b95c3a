import type { NodeVersion } from "#kubelet/node-version.js";
import { type Container, isSidecar, type RestartPolicy } from "#model/kube/pod.js";

/** How a container stands in the runtime. */
export type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "created" }
  | { readonly kind: "running" }
  | { readonly kind: "unknown" }
  | { readonly kind: "exited"; readonly exitCode: number };

/** The policy that counts for a container alone: its own before the pod's. */
export function effectivePolicy(container: Container, podPolicy: RestartPolicy): RestartPolicy {
  return container.restartPolicy ?? podPolicy;
}

/** What a container's rules say to an exit code; null: none matches, the policy decides. */
export function ruleAction(
  container: Container,
  exitCode: number,
  version: NodeVersion,
): "Restart" | "RestartAllContainers" | null {
  if (!version.quirks.restartRules) return null;
  for (const { action, exitCodes } of container.restartPolicyRules) {
    const listed = exitCodes.values.includes(exitCode);
    if (listed !== (exitCodes.operator === "In")) continue;
    return action === "RestartAllContainers" && version.minor < 36 ? null : action;
  }
  return null;
}

/** Whether a container that does not run is started (again). Source: kubecontainer.ShouldContainerBeRestarted. */
export function isRestarted(
  container: Container,
  podPolicy: RestartPolicy,
  standing: Standing,
  version: NodeVersion,
): boolean {
  switch (standing.kind) {
    case "none":
    case "created":
    case "unknown":
      return true;
    case "running":
      return false;
    case "exited": {
      if (isSidecar(container)) return true;
      if (ruleAction(container, standing.exitCode, version) !== null) return true;
      const policy = effectivePolicy(container, podPolicy);
      return policy === "Always" || (policy === "OnFailure" && standing.exitCode !== 0);
    }
  }
}
