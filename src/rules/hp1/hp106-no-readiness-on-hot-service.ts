import { capital } from "#base/capital.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { servingOf } from "#rules/service/serving.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const noReadinessOnHotService: Rule = {
  id: "HP106",
  name: "no-readiness-on-hot-service",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "W,N",
  exports: "KVR@",
  fix: "none",
  title: "Traffic keeps coming while the container is being killed and restarted.",
  why: "Without a readiness probe a container that runs is ready. The pod stays in its Services through a kill by liveness and through the start that follows.",
  when: "The container's program is replaced while it runs, it has no readinessProbe, and a Service selects the pod.",
  remedy:
    "Add a readinessProbe on the service's health endpoint; under hotpod, GET /readyz on its probe port.",
  fires: "A Deployment with a Service, and only a startupProbe.",
  quiet: "A queue worker without a Service. readinessGates do not stand for a probe.",
  peers: "kube-linter no-readiness-probe, Polaris readinessProbeMissing, kube-score pod-probes",
  judge: { of: "container", judge: judgeReadiness },
};

function judgeReadiness(subject: ContainerSubject): Outcome {
  const { workload, isSidecar, container } = subject;
  // A sidecar without ports builds or watches; it serves nobody.
  if (!subject.isHot || (isSidecar && container.ports.length === 0)) return NOT_APPLICABLE;
  if (subject.probe("readiness") !== null) return PASS;
  const serving = servingOf(workload);
  if (serving === "unknown") return open("N", "the Services of the pod, if it has any");
  const [first] = serving;
  if (first === undefined) return NOT_APPLICABLE;
  return fails({
    severity: "warning",
    at: subject.at(),
    message: `${capital(subject.title)} has no readinessProbe, and ${first.title} sends it traffic whenever it runs.`,
    related: [first.related],
  });
}
