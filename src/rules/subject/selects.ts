import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import type { Workload } from "#model/kube/workload.js";
import { fieldsOf } from "./fields.js";

const namespaceOf = ({ namespace }: KubeObject): string => namespace ?? "default";

/** Whether a Service or PodDisruptionBudget selects the template's pods. An empty Service selector selects nothing. */
export function selects(object: KubeObject, { namespace, template }: Workload): boolean {
  if (namespaceOf(object) !== namespace) return false;
  const selector = fieldsOf(fieldsOf(object.value.spec).selector);
  if (object.kind === "Service") {
    const entries = Object.entries(selector);
    return entries.length > 0 && entries.every(([key, value]) => template.labels[key] === value);
  }
  return matchesSelector(selector, template.labels);
}

/** Where an object says what it selects. */
export function selectorSource({ document, at }: KubeObject): Source {
  return fieldSource(document, [...pathSteps(at), "spec", "selector"]);
}

/** A LabelSelector. An empty one matches everything. */
export function matchesSelector(
  selector: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const byLabels = Object.entries(fieldsOf(selector.matchLabels)).every(
    ([key, value]) => labels[key] === value,
  );
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  return byLabels && expressions.every((one) => matchesRequirement(fieldsOf(one), labels));
}

function matchesRequirement(
  { key, operator, values }: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const label = Object.hasOwn(labels, String(key)) ? labels[String(key)] : undefined;
  const listed = Array.isArray(values) && values.includes(label);
  switch (operator) {
    case "In":
      return label !== undefined && listed;
    case "NotIn":
      return label === undefined || !listed;
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    default:
      return false;
  }
}

/** Of an autoscaler. */
export function targetsWorkload(object: KubeObject, workload: Workload): boolean {
  const { kind, name } = fieldsOf(fieldsOf(object.value.spec).scaleTargetRef);
  return (
    namespaceOf(object) === workload.namespace && kind === workload.kind && name === workload.name
  );
}
