import type { ArtifactId, GenerationId } from "#model/generation.js";

/** Which versions have taken their sockets instead of binding for themselves. */
export class Takers {
  readonly #artifacts = new Map<GenerationId, ArtifactId>();
  readonly #known = new Set<ArtifactId>();

  /** True: a generation of this artifact took its sockets before. */
  begins(generation: GenerationId, artifact: ArtifactId | null): boolean {
    if (artifact === null) return false;
    this.#artifacts.set(generation, artifact);
    return this.#known.has(artifact);
  }

  /** It serves, and has bound nothing of what it was offered. */
  took(generation: GenerationId): void {
    const artifact = this.#artifacts.get(generation);
    if (artifact !== undefined) this.#known.add(artifact);
  }

  forget(generation: GenerationId): void {
    this.#artifacts.delete(generation);
  }
}
