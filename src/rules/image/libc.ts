import { baseFamily } from "#manifest/dockerfile/image-reference.js";

/** The C library of an image. `none`: no loader at all. */
export type Libc = "glibc" | "musl" | "none";

/** Of well-known bases, by name and tag; null: not known. */
export function libcOf(reference: string): Libc | null {
  const family = baseFamily(reference);
  if (family === "scratch") return "none";
  if (family === "distroless" || family === "distroless-debug") {
    return /\/static(-|:|@|$)/.test(reference) ? "none" : "glibc";
  }
  return family === "unknown" ? null : family;
}
