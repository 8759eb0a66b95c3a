import { fail, ok, type Result } from "#base/result.js";
import type { Settings } from "#config/settings.js";
import type { Store } from "#edge/store/open-store.js";
import type { BuildFailure } from "#model/build-failure.js";
import type { Artifact } from "#model/generation.js";
import { takeArtifact } from "./take-artifact.js";

/**
 * The program the container image holds, taken into the store. null: the image holds none, it is built first. With
 * `artifact` alone, that file is the image's program until somebody replaces it.
 */
export async function imageArtifact(
  settings: Pick<Settings, "recipe" | "imageProgram" | "artifact">,
  store: Store,
): Promise<Result<Artifact | null, BuildFailure>> {
  const { recipe, imageProgram, artifact } = settings;
  const file = imageProgram ?? (recipe === "artifact" ? artifact : null);
  if (file === null || recipe === "go" || recipe === "none") return ok(null);
  const taken = await takeArtifact(file, store, null, new AbortController().signal);
  if (taken.ok) return ok(taken.value.artifact);
  if (taken.error.kind === "incomplete" && imageProgram === null) return ok(null);
  return fail(taken.error);
}
