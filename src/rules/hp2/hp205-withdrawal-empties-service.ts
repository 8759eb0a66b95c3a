import { failingSeconds, swapOf } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { gradeOutage } from "#simulate/forms/safe-bounds.js";

export const withdrawalEmptiesService: Rule = {
  id: "HP205",
  name: "withdrawal-empties-service",
  severity: "error",
  reason: "L",
  lessInDev: true,
  inputs: "W,(T|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "Taking readiness away for the swap leaves no ready pod.",
  why: "With no ready pod the Service has no endpoint: kube-proxy falls back to terminating pods, never to unready ones, so every request fails until the pod is ready again.",
  when: 'The only pod answers "not ready" during a reload: hotpod is set to readiness: hold, or the gap is long enough for the readinessProbe to fail.',
  remedy:
    "Run at least 2 replicas and swap one after the other, or let both programs overlap with readiness: keep.",
  fires: "1 replica with readiness: hold.",
  quiet:
    "1 replica with overlap and readiness: keep; 3 replicas; a Service with publishNotReadyAddresses.",
  judge: { of: "container", judge: judgeWithdrawal },
};

function judgeWithdrawal(subject: ContainerSubject): Outcome {
  const readiness = subject.probe("readiness");
  if (!subject.isHot || readiness === null) return NOT_APPLICABLE;
  const { workload } = subject;
  const publishes = workload.services.some(
    ({ value }) => fieldsOf(value.spec).publishNotReadyAddresses === true,
  );
  // One batch of one pod is what is known without a HotUpdate object.
  if (workload.replicas > 1 || publishes) return PASS;
  const hold = subject.settings?.policy.readiness === "hold";
  const { mode, gapSeconds } = swapOf(subject);
  const failing =
    mode === null || gapSeconds === null ? 0 : failingSeconds(mode, gapSeconds, readiness);
  const withdrawn = gradeOutage(failing * SECOND_US, readiness) === "certain";
  if (!hold && !withdrawn) return PASS;
  const setting = subject.setting("readiness");
  return fails({
    severity: "error",
    at: workload.at("spec", "replicas"),
    message: hold
      ? "The only pod says it is not ready during every update, so its Service has no endpoint meanwhile."
      : "The gap of a reload makes the only pod unready, so its Service has no endpoint meanwhile.",
    figures: [
      { name: "replicas", value: String(workload.replicas), source: "the manifest" },
      ...(hold ? [{ name: "readiness", value: "hold", source: setting?.origin ?? "hotpod" }] : []),
    ],
    related: [
      { source: subject.atProbe("readiness"), message: "This takes it out of the Service." },
    ],
  });
}
