import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { swapOf } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { Project } from "#rules/subject/project.js";
import { matchesSelector } from "#rules/subject/selects.js";

export const batchTooLarge: Rule = {
  id: "HP1303",
  name: "batch-too-large",
  severity: "error",
  reason: "L",
  inputs: "N,W",
  exports: "none",
  fix: "none",
  title: "The HotUpdate swaps more pods at once than may be missing.",
  why: "A PodDisruptionBudget is not asked by hot updates, so the HotUpdate's own limit is the only one.",
  when: "maxUnavailable of a HotUpdate lets all pods it selects swap at once, and their swap has a gap or takes readiness away.",
  remedy: "Set maxUnavailable to 1.",
  fires: "100% of 3 replicas that say they are not ready during an update.",
  quiet: "overlap without withdrawal.",
  judge: { of: "object", kinds: ["HotUpdate"], judge: judgeBatch },
};

function judgeBatch(object: KubeObject, project: Project): Outcome {
  const spec = fieldsOf(object.value.spec);
  const most = spec.maxUnavailable ?? fieldsOf(spec.strategy).maxUnavailable;
  if (typeof most !== "number" && typeof most !== "string") return NOT_APPLICABLE;
  const selected = project.workloads.filter(
    ({ workload }) =>
      workload.namespace === (object.namespace ?? "default") &&
      matchesSelector(fieldsOf(spec.selector), workload.template.labels),
  );
  const [first] = selected;
  if (first === undefined) return open("W", `the workload that HotUpdate ${object.name} selects`);
  const replicas = selected.reduce((sum, one) => sum + one.replicas, 0);
  const percent = /^(\d+)%$/.exec(String(most))?.[1];
  const batch =
    percent === undefined ? Number(most) : Math.floor((Number(percent) * replicas) / 100);
  const noticed = selected.some(({ running }) =>
    running.some((one) => {
      const gap = one.isHot && swapOf(one).mode !== "overlap";
      return gap || one.settings?.policy.readiness === "hold";
    }),
  );
  if (replicas < 2 || batch < replicas || !noticed) return PASS;
  const path = spec.maxUnavailable === undefined ? ["spec", "strategy"] : ["spec"];
  return fails({
    severity: "error",
    at: fieldSource(object.document, [...pathSteps(object.at), ...path, "maxUnavailable"]),
    message: `All ${replicas} pods may swap at once, and none of them serves meanwhile.`,
    related: [{ source: first.at("spec", "replicas"), message: "So many there are." }],
  });
}
