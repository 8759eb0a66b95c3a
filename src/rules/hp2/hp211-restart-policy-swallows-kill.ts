import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const restartPolicySwallowsKill: Rule = {
  id: "HP211",
  name: "restart-policy-swallows-kill",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR",
  fix: "none",
  title: "A probe kill can end this pod for good.",
  why: "With restartPolicy Never the container is not restarted; when nothing else runs the pod ends. With OnFailure a program that exits 0 on SIGTERM counts as done, and the pod becomes Completed.",
  when: "There is a livenessProbe or startupProbe, and the policy that counts for the container (its own before the pod's) is Never or OnFailure.",
  remedy: "Use restartPolicy Always, or drop the liveness probe on work that runs to its end.",
  fires: "a Job with OnFailure and a livenessProbe.",
  quiet:
    "a container with restartPolicy: Always in a pod with Never, on Kubernetes 1.35 and later; sidecars.",
  judge: { of: "container", judge: judgePolicy },
};

/** Where restart policies of regular containers count by default. */
const CONTAINER_POLICY_MINOR = 35;

function judgePolicy(subject: ContainerSubject): Outcome {
  const kind = (["liveness", "startup"] as const).find((one) => subject.probe(one) !== null);
  if (subject.isInit || subject.isSidecar || kind === undefined) return NOT_APPLICABLE;
  const { container, workload } = subject;
  const pod = workload.workload.template.spec.restartPolicy;
  const policy = container.restartPolicy ?? pod;
  const { minor } = subject.project.parameters;
  const unsure = container.restartPolicy === "Always" && pod !== "Always";
  if (policy === "Always" && (!unsure || (minor ?? 0) >= CONTAINER_POLICY_MINOR)) return PASS;
  const own = container.restartPolicy !== null;
  return fails({
    severity: policy === "Always" ? "info" : "warning",
    at: own ? subject.at("restartPolicy") : workload.inSpec("restartPolicy"),
    message: unsure
      ? `The container's restartPolicy counts from Kubernetes 1.${CONTAINER_POLICY_MINOR} on; before, the pod's ${pod} lets a probe kill end the pod.`
      : `The ${kind} probe kills, and restartPolicy ${policy} may not start the container again.`,
    related: [{ source: subject.atProbe(kind), message: "This kills." }],
    ...(policy === "Always" ? { remedy: "Say which Kubernetes it is: --kube-version 1.35." } : {}),
  });
}
