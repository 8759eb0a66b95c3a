import { type FinalImage, finalImage } from "#manifest/dockerfile/final-image.js";
import type { DockerfileReading } from "#manifest/dockerfile/read-dockerfile.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const DOCKERFILE_ANNOTATION = "hotpod.dev/dockerfile";

/**
 * What the Dockerfile of a container makes: by the annotation `hotpod.dev/dockerfile`, by `check.services` of hotpod.yaml, or the only
 * one there is where the user says that all belongs together. Never by similar names.
 */
export function imageOf(subject: ContainerSubject): FinalImage | null {
  const { project, workload, name } = subject;
  if (subject.isInit || project.dockerfiles.length === 0) return null;
  const { namespace, name: owner } = workload.workload;
  const tie = project.ties.find(
    (one) =>
      one.dockerfile !== null &&
      (one.workload === null || [owner, `${namespace}/${owner}`].includes(one.workload)) &&
      (one.container === null || one.container === name),
  );
  const alone = workload.running.length === 1;
  const said = tie?.dockerfile ?? (alone ? workload.annotations[DOCKERFILE_ANNOTATION] : undefined);
  if (said !== undefined && said !== null) {
    const found = project.dockerfiles.find(({ file }) => endsAs(file, said));
    return found === undefined ? null : imageFrom(found);
  }
  const [only, ...others] = project.dockerfiles;
  const together = project.parameters.assumeSingle && alone && others.length === 0;
  return together && only !== undefined ? imageFrom(only) : null;
}

function imageFrom(reading: DockerfileReading): FinalImage | null {
  return reading.problem === null ? finalImage(reading) : null;
}

function endsAs(file: string, said: string): boolean {
  const path = said.replace(/^\.\//, "");
  return file === path || file.endsWith(`/${path}`);
}
