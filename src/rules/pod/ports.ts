import type { Port } from "#model/kube/pod.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** A probe's port as a number; null: it names a port that the container does not declare. */
export function numericPort({ container }: ContainerSubject, port: Port): number | null {
  if (typeof port === "number") return port;
  if (/^\d+$/.test(port)) return Number(port);
  return container.ports.find(({ name }) => name === port)?.containerPort ?? null;
}
