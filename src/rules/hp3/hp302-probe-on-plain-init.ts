import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
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
  why: "Only sidecars, which are init containers with `restartPolicy: Always`, may have probes and hooks. Sidecars exist since Kubernetes 1.29.",
  when: "An init container without `restartPolicy: Always` has a probe or `lifecycle`; or one has `restartPolicy: Always` and --kube-version is before 1.29. Any init container.",
  remedy:
    "Remove it if the container runs to its end, or make the container a sidecar with `restartPolicy: Always` if it stays.",
  fires: "An init container with a startupProbe.",
  quiet: "A sidecar with all three probes.",
  judge: { of: "container", judge: judgeInit },
};

const SIDECARS_SINCE = 29;
const FORBIDDEN = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] as const;

function judgeInit(subject: ContainerSubject): Outcome {
  if (subject.isSidecar) return judgeSidecar(subject);
  if (!subject.isInit) return NOT_APPLICABLE;
  const { raw } = subject;
  const faults = FORBIDDEN.filter((field) => (raw[field] ?? null) !== null).map((field) =>
    faultOf(subject, field),
  );
  return faults.length === 0 ? PASS : fails(...faults);
}

function faultOf(subject: ContainerSubject, field: string): Fault {
  const { document } = subject.workload.object;
  return {
    severity: "error",
    at: subject.at(field),
    message: `Init container ${subject.name} runs to its end, so the API server refuses its ${field}.`,
    evidence: field,
    fix: {
      kind: "suggested",
      title: `without ${field}; or make it a sidecar with restartPolicy: Always, if it stays`,
      changes: [{ kind: "remove", document, path: [...subject.path, field] }],
    },
  };
}

function judgeSidecar(subject: ContainerSubject): Outcome {
  const { minor } = subject.project.parameters;
  if (minor === null || minor >= SIDECARS_SINCE) return PASS;
  return fails({
    severity: "error",
    at: subject.at("restartPolicy"),
    message: `Init container ${subject.name} has restartPolicy Always, which Kubernetes 1.${minor} does not offer by default.`,
    evidence: "restartPolicy",
    remedy: "Use Kubernetes 1.29 or newer, or a regular container.",
  });
}
