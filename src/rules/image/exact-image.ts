import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { ImageFacts } from "./artifacts.js";

/**
 * The image itself, where it was given for a container: by SERVICE of the flag (the container, the workload, or both), by the name that
 * the manifest and the image share, or as the only one where the user says that all belongs together.
 */
export function exactImageOf(subject: ContainerSubject): ImageFacts | null {
  const { project, workload, container, name } = subject;
  if (project.images.length === 0) return null;
  const { namespace, name: owner } = workload.workload;
  const called = [
    name,
    owner,
    `${namespace}/${owner}`,
    `${owner}/${name}`,
    `${namespace}/${owner}/${name}`,
  ];
  const named = project.images.find(({ service }) => service !== null && called.includes(service));
  const same = project.images.find(({ names }) => names.includes(container.image));
  const [only, ...others] = project.images;
  const single =
    project.parameters.assumeSingle && others.length === 0 && workload.running.length === 1;
  return named ?? same ?? (single && only?.service === null ? only : null);
}
