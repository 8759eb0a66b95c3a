import type { KubeObject } from "#manifest/workload/kube-object.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";
import { selects } from "#rules/subject/selects.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** The objects of a kind that have to do with a workload. Of kinds that are not known here, those of its namespace. */
export function concernedObjects(workload: WorkloadSubject, kind: string): readonly KubeObject[] {
  const all = workload.project.objectsIn(kind, workload.workload.namespace);
  switch (kind) {
    case "Ingress":
      return all.filter((one) => leadsTo(one, workload));
    case "Secret":
      return all.filter(({ name }) => secretsOf(workload).has(name));
    case "HotUpdate":
      return all.filter((one) => selects(one, workload.workload));
    default:
      return all;
  }
}

/** An Ingress with a backend among the workload's Services. */
export function leadsTo({ value }: KubeObject, { services }: WorkloadSubject): boolean {
  const names = new Set(services.map(({ name }) => name));
  const backends = namedBelow(value.spec, "service").map((one) => scalarText(fieldsOf(one).name));
  return backends.some((name) => names.has(name));
}

/** Of variables, volumes and the image's registry. */
function secretsOf({ rawSpec }: WorkloadSubject): ReadonlySet<string> {
  const references = ["secretRef", "secretKeyRef", "secret"].flatMap((key) =>
    namedBelow(rawSpec, key).map(fieldsOf),
  );
  const pulls = namedBelow(rawSpec, "imagePullSecrets").flatMap((list) =>
    Array.isArray(list) ? list.map(fieldsOf) : [],
  );
  return new Set(
    [...references, ...pulls].map(({ name, secretName }) => scalarText(name ?? secretName)),
  );
}

/** Every value of this key, however deep. */
function namedBelow(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => namedBelow(one, key));
  return Object.entries(fieldsOf(value)).flatMap(([name, inside]) =>
    name === key ? [inside, ...namedBelow(inside, key)] : namedBelow(inside, key),
  );
}
