import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { probeNumbers } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText } from "#rules/subject/figure.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { withdrawalUs } from "#simulate/forms/safe-bounds.js";

export const livenessOutrunsReadiness: Rule = {
  id: "HP209",
  name: "liveness-outruns-readiness",
  severity: "warning",
  reason: "L",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "Liveness kills before readiness has taken the pod out of service.",
  why: "The kubelet does not withdraw a pod's endpoints before a probe kill. When liveness decides first, requests still arrive while the container is being killed.",
  when: "(failureThreshold − 1) × period of the livenessProbe is shorter than failureThreshold × period + timeout of the readinessProbe: a warning where liveness is first in every phase, an info where it depends on the phase, as with equal numbers. With Services in the input, only of containers that one selects.",
  remedy: "Let liveness take longer than readiness: raise its failureThreshold.",
  fires: "liveness 5 s × 3 against readiness 10 s × 3.",
  quiet:
    "liveness 5 s × 8 against readiness 10 s × 3: a shorter period, and yet the later verdict.",
  peers: "kubectl-probes liveness-faster-than-readiness",
  judge: { of: "container", judge: judgeOrder },
};

function judgeOrder(subject: ContainerSubject): Outcome {
  const [liveness, readiness] = [subject.probe("liveness"), subject.probe("readiness")];
  if (subject.isInit || liveness === null || readiness === null) return NOT_APPLICABLE;
  const { workload } = subject;
  if (workload.servicesKnown && workload.services.length === 0) return NOT_APPLICABLE;
  const kill = (liveness.failureThreshold - 1) * liveness.periodSeconds;
  const withdrawal = withdrawalUs(readiness) / SECOND_US;
  if (kill >= withdrawal) return PASS;
  const threshold = Math.ceil(withdrawal / liveness.periodSeconds) + 1;
  const always =
    liveness.failureThreshold * liveness.periodSeconds <=
    (readiness.failureThreshold - 1) * readiness.periodSeconds;
  return fails({
    severity: always ? "warning" : "info",
    certainty: always ? "certain" : "possible",
    at: subject.atProbe("liveness"),
    message: `Liveness can decide ${secondsText(kill)} after the first failure, and readiness needs up to ${secondsText(withdrawal)}.`,
    figures: [
      { name: "livenessProbe", value: probeNumbers(liveness), source: "the manifest" },
      { name: "readinessProbe", value: probeNumbers(readiness), source: "the manifest" },
    ],
    related: [{ source: subject.atProbe("readiness"), message: "This takes longer." }],
    fix: suggestedFix(
      `failureThreshold of the livenessProbe: ${threshold}`,
      setInContainer(subject, ["livenessProbe", "failureThreshold"], threshold),
    ),
  });
}
