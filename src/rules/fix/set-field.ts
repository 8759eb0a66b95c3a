import type { JsonValue } from "#manifest/edit/yaml-text.js";
import { pathSteps } from "#manifest/fields/field-path.js";
import type { DocumentPath } from "#manifest/text/position-of.js";
import type { Change, Fix } from "#rules/rule/fix.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** Sets a field of a container. */
export function setInContainer(
  { workload, path }: ContainerSubject,
  inside: DocumentPath,
  value: JsonValue,
): Change {
  return { kind: "set", document: workload.object.document, path: [...path, ...inside], value };
}

/** Sets a field of the pod's spec. */
export function setInPodSpec(
  { object, templatePath }: WorkloadSubject,
  inside: DocumentPath,
  value: JsonValue,
): Change {
  const path = [...templatePath, "spec", ...inside];
  return { kind: "set", document: object.document, path, value };
}

/** Sets a field of the object, from its top. */
export function setInObject(
  { object }: WorkloadSubject,
  inside: DocumentPath,
  value: JsonValue,
): Change {
  return {
    kind: "set",
    document: object.document,
    path: [...pathSteps(object.at), ...inside],
    value,
  };
}

export function safeFix(title: string, ...changes: readonly Change[]): Fix {
  return { kind: "safe", title, changes };
}

export function suggestedFix(title: string, ...changes: readonly Change[]): Fix {
  return { kind: "suggested", title, changes };
}
