import { type FinalImage, finalImage } from "#manifest/dockerfile/final-image.js";
import type { Project } from "#rules/subject/project.js";

/** What every readable Dockerfile of the input makes. */
export function imagesOf({ dockerfiles }: Project): readonly FinalImage[] {
  return dockerfiles.flatMap((one) => (one.problem === null ? (finalImage(one) ?? []) : []));
}
