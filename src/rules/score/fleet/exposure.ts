import { leadsTo } from "#rules/score/verdicts/concerned-objects.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** How many people meet its faults: more from outside the cluster, more with replicas. What is not known adds nothing. */
export function exposureOf(workload: WorkloadSubject): number {
  const { project, services, replicas } = workload;
  const ingresses = project.objectsIn("Ingress", workload.workload.namespace);
  const balanced = services.some(({ value }) => fieldsOf(value.spec).type === "LoadBalancer");
  const outside = balanced || ingresses.some((one) => leadsTo(one, workload));
  return 1 + (outside ? 0.5 : 0) + 0.25 * Math.log2(Math.max(1, replicas));
}
