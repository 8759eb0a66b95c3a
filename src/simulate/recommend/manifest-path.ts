import type { Workload } from "#model/kube/workload.js";
import type { KnownFacts } from "./known-facts.js";

/** The fields that lead from a workload to its pod's `spec`. */
export function podSpecFields({ kind }: Workload): readonly string[] {
  if (kind === "Pod") return ["spec"];
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template", "spec"];
  return ["spec", "template", "spec"];
}

/** Which list of the pod's `spec` holds the container that is updated. */
export function containerList({ pod, container }: KnownFacts): "containers" | "initContainers" {
  return pod.spec.containers.includes(container) ? "containers" : "initContainers";
}

/** `spec.template.spec.containers[api]`. */
export function containerPath(facts: KnownFacts): string {
  return `${podSpecPath(facts)}.${containerList(facts)}[${facts.container.name}]`;
}

export function podSpecPath({ input }: KnownFacts): string {
  return podSpecFields(input.workload).join(".");
}
