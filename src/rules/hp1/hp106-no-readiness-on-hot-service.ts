import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
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
  why: "Without a readinessProbe a container counts as ready as soon as it runs, so the pod stays in its Service through a kill and the start that follows.",
  when: "A hot container without readinessProbe in a pod that a Service selects.",
  remedy: "Add a readinessProbe on the service's health endpoint.",
  fires: "a Deployment and a Service, with a startupProbe only.",
  quiet: "a worker that no Service selects.",
  peers: "kube-linter no-readiness-probe, Polaris readinessProbeMissing, kube-score pod-probes",
  judge: { of: "container", judge: judgeReadiness },
};

function judgeReadiness(subject: ContainerSubject): Outcome {
  if (!subject.isHot || subject.isSidecar) return NOT_APPLICABLE;
  if (subject.probe("readiness") !== null) return PASS;
  const { workload } = subject;
  if (!workload.servicesKnown) return open("N", "the Services of the namespace");
  const [service] = workload.services;
  if (service === undefined) return NOT_APPLICABLE;
  return fails({
    severity: "warning",
    at: subject.at("name"),
    message: `Service ${service.name} sends requests to container ${subject.name} whenever it runs, also before it answers.`,
  });
}
