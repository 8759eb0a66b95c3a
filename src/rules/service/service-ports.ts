import { pathSteps } from "#manifest/fields/field-path.js";
import type { DocumentPath } from "#manifest/text/position-of.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

/** A port of a Service. */
export interface ServicePort {
  readonly service: KubeObject;
  readonly index: number;
  readonly port: number | null;
  /** Where it sends traffic: a number, or the name of a container's port. Without one, the port itself. */
  readonly target: number | string | null;
  readonly at: Source;
  /** From the top of the document. */
  readonly path: DocumentPath;
}

export function servicePorts(service: KubeObject): readonly ServicePort[] {
  const { ports } = fieldsOf(service.value.spec);
  if (!Array.isArray(ports)) return [];
  return ports.map((one: unknown, index) => {
    const { port, targetPort } = fieldsOf(one);
    const path = [...pathSteps(service.at), "spec", "ports", index];
    const target = targetPort === undefined || targetPort === null ? port : targetPort;
    const isTarget = typeof target === "number" || typeof target === "string";
    return {
      service,
      index,
      port: typeof port === "number" ? port : null,
      target: isTarget ? numberIn(target) : null,
      at: fieldSource(service.document, path),
      path,
    };
  });
}

/** `"8080"` means the number. */
export function numberIn(port: number | string): number | string {
  return typeof port === "string" && /^\d+$/.test(port) ? Number(port) : port;
}

/** The number a Service's port leads to in a container; null: none of its ports has that name. */
export function targetIn({ target }: ServicePort, { container }: ContainerSubject): number | null {
  if (typeof target !== "string") return target;
  return container.ports.find(({ name }) => name === target)?.containerPort ?? null;
}

export function serviceTitle({ namespace, name }: KubeObject): string {
  return `Service ${namespace ?? "default"}/${name}`;
}
