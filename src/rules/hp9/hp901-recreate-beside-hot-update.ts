import { setInObject, suggestedFix } from "#rules/fix/set-field.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const recreateBesideHotUpdate: Rule = {
  id: "HP901",
  name: "recreate-beside-hot-update",
  severity: "warning",
  reason: "L",
  inputs: "W,N?",
  exports: "KVR",
  fix: "suggest",
  title: "Image roll-outs still take every pod down first.",
  why: "A hot update keeps serving, but the next change that needs an image does not: strategy Recreate ends all pods before new ones start.",
  when: "A Deployment with a hot container has strategy Recreate, and nothing asks for it: no claim that one node alone may mount, no hostPort, no single writer (handover: restart).",
  remedy: "Use RollingUpdate with maxSurge 1 and maxUnavailable 0.",
  fires: "a stateless Deployment with Recreate.",
  quiet: "a ReadWriteOnce claim; 0 replicas.",
  peers: "kube-score deployment-strategy, kube-linter no-rolling-update-strategy",
  judge: { of: "workload", judge: judgeStrategy },
};

function judgeStrategy(subject: WorkloadSubject): Outcome {
  const { workload, project } = subject;
  const isHot = subject.running.some((one) => one.isHot);
  if (workload.kind !== "Deployment" || !isHot || workload.replicas === 0) return NOT_APPLICABLE;
  if (workload.rollout?.type !== "Recreate") return PASS;
  const singleWriter = subject.running.some((one) => one.settings?.policy.handover === "restart");
  const hostPort = subject.running.some(({ raw }) => usesHostPort(raw.ports));
  if (singleWriter || hostPort || workload.template.spec.hostNetwork) return PASS;
  const claims = workload.template.spec.volumes.flatMap(({ source }) =>
    source.kind === "persistentVolumeClaim" ? [source.claimName] : [],
  );
  for (const name of claims) {
    const claim = project
      .objects("PersistentVolumeClaim")
      .find((one) => one.name === name && (one.namespace ?? "default") === workload.namespace);
    if (claim === undefined) return open("N", `PersistentVolumeClaim ${name}`);
    const modes = fieldsOf(claim.value.spec).accessModes;
    const shared = Array.isArray(modes) && modes.includes("ReadWriteMany");
    if (!shared) return PASS;
  }
  return fails({
    severity: "warning",
    at: subject.at("spec", "strategy", "type"),
    message:
      "A new image ends every pod before one of the new ones starts, and nothing in the template asks for that.",
    fix: suggestedFix(
      "RollingUpdate with maxSurge 1 and maxUnavailable 0",
      setInObject(subject, ["spec", "strategy", "type"], "RollingUpdate"),
      setInObject(subject, ["spec", "strategy", "rollingUpdate"], {
        maxSurge: 1,
        maxUnavailable: 0,
      }),
    ),
  });
}

function usesHostPort(ports: unknown): boolean {
  return Array.isArray(ports) && ports.some((port) => Number(fieldsOf(port).hostPort ?? 0) > 0);
}
