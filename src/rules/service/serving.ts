import { fieldSource } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import type { Fault } from "#rules/rule/outcome.js";
import { selectorSource } from "#rules/subject/selects.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** Says `true` or `false` where the Services cannot be seen: at admission, or in a file of its own. */
export const SERVED_ANNOTATION = "hotpod.dev/served";

/** What sends connections to a workload's pods. */
export interface Serving {
  /** null: only the annotation says that there is one. */
  readonly service: KubeObject | null;
  /** For messages: `Service shop`. */
  readonly title: string;
  readonly related: NonNullable<Fault["related"]>[number];
}

/** `unknown`: no Service is in the input, and no annotation speaks of them. */
export function servingOf(workload: WorkloadSubject): readonly Serving[] | "unknown" {
  if (workload.services.length > 0) return workload.services.map(byService);
  if (workload.servicesKnown) return [];
  const said = workload.annotations[SERVED_ANNOTATION];
  if (said === "true") return [byAnnotation(workload)];
  return said === "false" ? [] : "unknown";
}

function byService(service: KubeObject): Serving {
  const title = `Service ${service.name}`;
  return {
    service,
    title,
    related: { source: selectorSource(service), message: `${title} selects the pod.` },
  };
}

function byAnnotation({ object, templatePath }: WorkloadSubject): Serving {
  const path = [...templatePath, "metadata", "annotations", SERVED_ANNOTATION];
  return {
    service: null,
    title: "its Service",
    related: {
      source: fieldSource(object.document, path),
      message: "This says that a Service selects the pod.",
    },
  };
}
