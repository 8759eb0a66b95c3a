import type { GenerationId } from "#model/generation.js";

/** The loopback address from which hotpod reaches exactly this generation, promoted or not. */
export function sourceAddress(generation: GenerationId): string {
  return `127.77.${(generation >> 8) & 255}.${generation & 255}`;
}
