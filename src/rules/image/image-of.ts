import { type FinalImage, finalImage } from "#manifest/dockerfile/final-image.js";
import type { DockerfileReading } from "#manifest/dockerfile/read-dockerfile.js";
import { toolInCommand } from "#manifest/tools/read-tool.js";
import type { Container } from "#model/kube/pod.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { runsHotpod } from "#rules/subject/effective-command.js";

/** For a pod's only container, or its only hot one; with `.NAME` behind it, for the container of that name. */
export const DOCKERFILE_ANNOTATION = "hotpod.dev/dockerfile";

/**
 * What the Dockerfile of a container makes: by the annotation `hotpod.dev/dockerfile`, by `check.services` of hotpod.yaml, or the only
 * one there is where the user says that all belongs together. Never by similar names.
 */
export function imageOf(subject: ContainerSubject): FinalImage | null {
  const { project } = subject;
  if (subject.isInit || project.dockerfiles.length === 0) return null;
  const said = saidOf(subject);
  if (said !== null) {
    const found = project.dockerfiles.find(({ file }) => endsAs(file, said));
    return found === undefined ? null : imageFrom(found);
  }
  const [only, ...others] = project.dockerfiles;
  const together = project.parameters.assumeSingle && isTheOne(subject) && others.length === 0;
  return together && only !== undefined ? imageFrom(only) : null;
}

/** Which flag or annotation would tell the image of a container without one. */
export function imageWanted(subject: ContainerSubject): string {
  const { project, workload, name } = subject;
  const own = `annotation ${DOCKERFILE_ANNOTATION}.${name}`;
  const said = saidOf(subject);
  if (said !== null && project.dockerfiles.length > 0) return `the file ${said}, which can be read`;
  const general =
    workload.annotations[DOCKERFILE_ANNOTATION] !== undefined || project.parameters.assumeSingle;
  if (general && !isTheOne(subject)) {
    return `which of the pod's containers the Dockerfile is for: ${own}`;
  }
  const file = project.dockerfiles.length === 0 ? "--dockerfile FILE with " : "";
  return isTheOne(subject)
    ? `the container's Dockerfile: ${file}annotation ${DOCKERFILE_ANNOTATION}, or --assume-single`
    : `the container's Dockerfile: ${file}${own}`;
}

/** The file that is named for it; null: none is. */
function saidOf(subject: ContainerSubject): string | null {
  const { project, workload, name } = subject;
  const { namespace, name: owner } = workload.workload;
  const ties = project.ties.filter(
    ({ dockerfile, workload: tied }) =>
      dockerfile !== null && (tied === null || [owner, `${namespace}/${owner}`].includes(tied)),
  );
  const own = ties.find(({ container }) => container === name)?.dockerfile;
  const annotated = workload.annotations[`${DOCKERFILE_ANNOTATION}.${name}`];
  if (own !== undefined && own !== null) return own;
  if (annotated !== undefined) return annotated;
  if (!isTheOne(subject)) return null;
  const general = ties.find(({ container }) => container === null)?.dockerfile;
  return general ?? workload.annotations[DOCKERFILE_ANNOTATION] ?? null;
}

/**
 * What is said of a workload alone is said of its only running container, or of the only one that the manifest itself shows to be
 * hot. What an image starts cannot tell, for that is what is asked.
 */
function isTheOne({ project, workload, name }: ContainerSubject): boolean {
  const [first, ...others] = workload.running;
  if (others.length === 0) return first?.name === name;
  const { namespace, name: owner } = workload.workload;
  const tied = project.ties.flatMap(({ hot, container, workload: one }) =>
    hot && (one === null || [owner, `${namespace}/${owner}`].includes(one)) ? [container] : [],
  );
  const hot = workload.running.filter((one) => tied.includes(one.name) || startsHot(one.container));
  return hot.length === 1 && hot[0]?.name === name;
}

/** By the manifest's own words. */
function startsHot({ command, args }: Container): boolean {
  if (command === null) return false;
  const argv = [...command, ...(args ?? [])];
  return toolInCommand(argv) !== null || runsHotpod(argv);
}

function imageFrom(reading: DockerfileReading): FinalImage | null {
  return reading.problem === null ? finalImage(reading) : null;
}

function endsAs(file: string, said: string): boolean {
  const path = said.replace(/^\.\//, "");
  return file === path || file.endsWith(`/${path}`);
}
