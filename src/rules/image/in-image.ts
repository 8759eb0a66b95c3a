import type { FinalImage } from "#manifest/dockerfile/final-image.js";
import { baseFamily } from "#manifest/dockerfile/image-reference.js";

/** Whether a program of a command can be in an image, as far as its Dockerfile says. */
export type Presence = "absent" | "present" | "unknown";

/** Only of images that begin with nothing, or without a shell: what such an image holds was put in by COPY, ADD or RUN. */
export function presenceOf(image: FinalImage, program: string): Presence {
  const family = image.base === null ? "unknown" : baseFamily(image.base);
  if (family !== "scratch" && family !== "distroless") return "unknown";
  const name = program.split("/").at(-1) ?? program;
  for (const { keyword, text } of image.instructions) {
    if (keyword !== "COPY" && keyword !== "ADD") continue;
    const words = text.split(/\s+/).filter((word) => !word.startsWith("--"));
    const target = words.at(-1) ?? "";
    const sources = words.slice(0, -1);
    if (
      target.split("/").at(-1) === name ||
      sources.some((one) => one.split("/").at(-1) === name)
    ) {
      return "present";
    }
    // A folder may hold anything.
    if (sources.some((one) => one === "." || one.endsWith("/") || !/\.\w+$|\/[\w-]+$/.test(one))) {
      return "unknown";
    }
  }
  return "absent";
}
