import { mountOf } from "#rules/pod/mounts.js";
import { type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { workFolder } from "#rules/subject/hot-paths.js";
import { leadsToFile } from "./artifacts.js";
import { exactImageOf } from "./exact-image.js";
import { imageWanted } from "./image-of.js";
import { placesOf, presenceOf } from "./in-image.js";

/** Whether a container has a program: it passes, is open, or null when it certainly has none. */
export function programIn(subject: ContainerSubject, program: string): Outcome | null {
  const { image } = subject;
  const exact = exactImageOf(subject);
  const path = subject.env("PATH") ?? (exact ?? image)?.env.get("PATH") ?? null;
  const folder = subject.container.workingDir ?? exact?.workdir ?? workFolder(subject);
  const places = placesOf(program, path, folder);
  const hot = subject.hotPaths.files.some((file) => places.includes(file.path));
  // What a reload puts there is another rule's matter.
  if (hot) return PASS;
  const mount = places.map((place) => mountOf(subject, place)).find((one) => one !== null);
  if (mount !== undefined && mount !== null) {
    return open("I", `whether volume ${mount.mount.name} holds ${program}: nothing says it here`);
  }
  const paths = exact?.paths ?? null;
  if (paths !== null) {
    return places.length === 0 || places.some((one) => leadsToFile(paths, one)) ? PASS : null;
  }
  if (image === null) return open("D", imageWanted(subject));
  switch (presenceOf(image, program, places)) {
    case "present":
      return PASS;
    case "unknown":
      return open(
        "I",
        `whether the image holds ${program}: its own list of files (--image), for its Dockerfile does not say it`,
      );
    case "absent":
      return null;
  }
}
