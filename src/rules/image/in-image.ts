import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { baseFamily } from "#manifest/dockerfile/image-reference.js";

/** Whether a program of a command can be in an image, as far as its Dockerfile says. */
export type Presence = "absent" | "present" | "unknown";

/** Only of images that begin with nothing, or without a shell: what such an image holds was put in by COPY, ADD or RUN. */
export function presenceOf(image: FinalImage, program: string): Presence {
  const family = image.base === null ? "unknown" : baseFamily(image.base);
  if (family !== "scratch" && family !== "distroless") return "unknown";
  const name = lastOf(program);
  for (const { keyword, text } of image.instructions) {
    // What an archive or a command leaves behind is not known.
    if (keyword === "ADD" || keyword === "RUN") return "unknown";
    if (keyword !== "COPY") continue;
    const words = text.split(/\s+/).filter((word) => !word.startsWith("--"));
    if (words.some((word) => lastOf(word) === name)) return "present";
    if (words.some((word) => MAY_BE_FOLDER.test(word))) return "unknown";
  }
  return "absent";
}

const lastOf = (path: string): string => path.split("/").at(-1) ?? path;

/** A folder may hold anything. */
const MAY_BE_FOLDER =
  /[*?]|(^|\/)(|\.|bin|sbin|lib|lib64|usr|local|etc|opt|root|rootfs|dist|out|build|busybox|src)$/;
