import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const probeOnPlainInit: Rule = {
  id: "HP302",
  name: "probe-on-plain-init",
  severity: "error",
  reason: "A",
  inputs: "W",
  exports: "none",
  fix: "suggest",
  title:
    "A plain init container carries a probe or lifecycle hook; the API server rejects the pod.",
  why: "Only init containers with restartPolicy: Always (sidecars) may have probes and hooks: a plain one runs to its end before anything could be probed.",
  when: "An init container without restartPolicy: Always has a livenessProbe, readinessProbe, startupProbe or lifecycle; or restartPolicy: Always is used on a Kubernetes below 1.29.",
  remedy:
    "Remove the probe, or make the container a sidecar with restartPolicy: Always: the two mean different things.",
  fires: "a startupProbe on an init container.",
  quiet: "a sidecar with all three probes.",
  judge: { of: "container", judge: judgeFields },
};

const FIELDS = ["startupProbe", "livenessProbe", "readinessProbe", "lifecycle"];
const SIDECAR_MINOR = 29;

function judgeFields(subject: ContainerSubject): Outcome {
  const { minor } = subject.project.parameters;
  if (subject.isSidecar) {
    if (minor === null || minor >= SIDECAR_MINOR) return PASS;
    return fails({
      severity: "error",
      at: subject.at("restartPolicy"),
      message: `Sidecars exist from Kubernetes 1.${SIDECAR_MINOR} on; 1.${minor} rejects restartPolicy on an init container.`,
      evidence: "sidecar",
    });
  }
  if (!subject.isInit) return NOT_APPLICABLE;
  const { raw } = subject;
  const given = FIELDS.filter((field) => raw[field] !== undefined && raw[field] !== null);
  if (given.length === 0) return PASS;
  return fails(
    ...given.map((field) => ({
      severity: "error" as const,
      at: subject.at(field),
      message: `Init container ${subject.name} has a ${field}, and the API server rejects that.`,
      evidence: field,
    })),
  );
}
