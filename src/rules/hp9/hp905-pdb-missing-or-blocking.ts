import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { selects } from "#rules/subject/selects.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const pdbMissingOrBlocking: Rule = {
  id: "HP905",
  name: "pdb-missing-or-blocking",
  severity: "info",
  reason: "O",
  inputs: "W,N",
  exports: "R+",
  fix: "suggest",
  title: "No PodDisruptionBudget covers the pods, or it allows no eviction at all.",
  why: "A budget limits evictions, such as a node's drain: without one all replicas may go at once; with one that allows none, nodes cannot be drained. It limits neither hot updates nor probe kills.",
  when: "At least 2 replicas with a hot container, and no budget selects them (info), or the one that does allows no disruption (warning).",
  remedy: "A PodDisruptionBudget with maxUnavailable: 1.",
  fires: "minAvailable that equals the replicas.",
  quiet: "a Job; 1 replica.",
  peers:
    "kube-score deployment-has-poddisruptionbudget, Polaris missingPodDisruptionBudget and pdbDisruptionsIsZero",
  judge: { of: "workload", judge: judgeBudget },
};

function judgeBudget(subject: WorkloadSubject): Outcome {
  const { workload, replicas, project } = subject;
  const isHot = subject.running.some((one) => one.isHot);
  if (!isHot || replicas < 2 || ["Job", "CronJob"].includes(workload.kind)) return NOT_APPLICABLE;
  const budgets = project.objects("PodDisruptionBudget");
  const own = budgets.find((budget) => selects(budget, workload));
  if (own === undefined) {
    if (budgets.length === 0 && project.objects("Namespace").length === 0) {
      return open("N", "the PodDisruptionBudgets of the namespace");
    }
    return fails({
      severity: "info",
      at: subject.at("metadata", "name"),
      message: `No PodDisruptionBudget selects the ${replicas} pods, so a drain may evict them all at once.`,
    });
  }
  const allowed = allowedDisruptions(own, replicas);
  if (allowed === null || allowed > 0) return PASS;
  return fails({
    severity: "warning",
    at: fieldSource(own.document, [...pathSteps(own.at), "spec"]),
    message: `PodDisruptionBudget ${own.name} allows no eviction of the ${replicas} pods, so their nodes cannot be drained.`,
    related: [{ source: subject.at("spec", "replicas"), message: "So many there are." }],
  });
}

/** null: it says neither. Percentages are rounded up, as the disruption controller does. */
function allowedDisruptions({ value }: KubeObject, replicas: number): number | null {
  const { maxUnavailable, minAvailable } = fieldsOf(value.spec);
  if (maxUnavailable !== undefined) return pods(maxUnavailable, replicas);
  return minAvailable === undefined ? null : replicas - pods(minAvailable, replicas);
}

function pods(value: unknown, replicas: number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : Math.ceil((Number(percent) * replicas) / 100);
}
