import { reloadSubjects } from "#rules/reload/reload-subject.js";
import type { Outcome } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** A share of points: 1 earned, 0 lost, ½ half lost. `unknown`: an input is missing. `absent`: what it speaks of does not exist. */
export type Earned = number | "unknown" | "absent";

/** What a rule says of one workload, all its containers together. The worst counts. */
export function verdictOf(rule: Rule, workload: WorkloadSubject): Earned {
  const outcomes = outcomesOf(rule, workload).filter(({ applies }) => applies);
  if (outcomes.length === 0) return "absent";
  const faults = outcomes.flatMap((one) => one.faults);
  if (faults.some(({ severity }) => severity !== "info")) return 0;
  if (faults.length > 0) return 0.5;
  return outcomes.some(({ missing }) => missing.length > 0) ? "unknown" : 1;
}

function outcomesOf({ judge }: Rule, workload: WorkloadSubject): readonly Outcome[] {
  const { project } = workload;
  switch (judge.of) {
    case "workload":
      return [judge.judge(workload)];
    case "container":
      return workload.containers.map((one) => judge.judge(one));
    case "reload":
      return reloadSubjects(project)
        .filter(({ container }) => container === null || container.workload === workload)
        .map((one) => judge.judge(one));
    case "object":
      return judge.kinds.flatMap((kind) =>
        project
          .objectsIn(kind, workload.workload.namespace)
          .map((object) => judge.judge(object, project)),
      );
    case "project":
      // Files that are tied to nobody speak for a workload only when there is one.
      return project.workloads.length === 1 ? [judge.judge(project)] : [];
  }
}
