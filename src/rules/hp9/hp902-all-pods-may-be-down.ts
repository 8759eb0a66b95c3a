import { fenceposts } from "#kubelet/cluster/rolling-update.js";
import { safeFix, setInObject } from "#rules/fix/set-field.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const allPodsMayBeDown: Rule = {
  id: "HP902",
  name: "all-pods-may-be-down",
  severity: "error",
  reason: "L",
  inputs: "W,N?",
  exports: "KVR",
  fix: "safe",
  title: "The roll-out may take all pods away at once.",
  why: "maxUnavailable says how many pods may be missing during a roll-out. When that is all of them, a roll-out is an outage that the controller calls progress.",
  when: "RollingUpdate with at least 2 replicas (an autoscaler's minimum counts), and maxUnavailable, rounded down, is not below them.",
  remedy: "Set maxUnavailable to 25%.",
  fires: "maxUnavailable 100% of 3 replicas.",
  quiet: "50% of 2 replicas is one; 25% of 1 replica is none.",
  judge: { of: "workload", judge: judgeUnavailable },
};

const ENOUGH = "25%";

function judgeUnavailable(subject: WorkloadSubject): Outcome {
  const { workload, replicas } = subject;
  const { rollout } = workload;
  const kinds = ["Deployment", "Rollout"];
  if (!kinds.includes(workload.kind) || rollout?.type !== "RollingUpdate") return NOT_APPLICABLE;
  if (replicas < 2) return NOT_APPLICABLE;
  const { surge, unavailable } = fenceposts(replicas, rollout.maxSurge, rollout.maxUnavailable);
  if (unavailable < replicas) return PASS;
  const path =
    workload.kind === "Rollout"
      ? ["spec", "strategy", "canary"]
      : ["spec", "strategy", "rollingUpdate"];
  return fails({
    severity: "error",
    at: subject.at(...path, "maxUnavailable"),
    message: `A roll-out may take away ${unavailable} of ${replicas} pods at once.`,
    figures: [
      {
        name: "replicas",
        value: String(replicas),
        source: subject.autoscaler?.name ?? "the manifest",
      },
      { name: "maxUnavailable", value: String(unavailable), source: "rounded down" },
    ],
    fix: safeFix(
      `maxUnavailable: ${ENOUGH}`,
      setInObject(subject, [...path, "maxUnavailable"], ENOUGH),
      ...(surge === 0 ? [setInObject(subject, [...path, "maxSurge"], 1)] : []),
    ),
  });
}
