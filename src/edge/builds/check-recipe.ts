import { statSync } from "node:fs";
import { fail, ok, type Result } from "#base/result.js";
import type { Settings } from "#config/settings.js";
import { buildEnvironment } from "./build-environment.js";
import { findMainPackage, findProgram } from "./go-recipe.js";
import type { RecipeProblem } from "./recipe-problem.js";

/** What is known about the recipe before the first build. */
export interface RecipePlan {
  /** Recipe `go`: import path of the package to build. */
  readonly mainPackage: string | null;
}

export type RecipeSettings = Pick<Settings, "cwd" | "recipe" | "args" | "build" | "artifact">;

/** Finds out whether the recipe can work here at all. Starts `go list` for the recipe `go`, nothing otherwise. */
export async function checkRecipe(
  settings: RecipeSettings,
): Promise<Result<RecipePlan, RecipeProblem>> {
  const { cwd, recipe, args, build, artifact } = settings;
  const path = buildEnvironment(build.env).PATH ?? "";
  switch (recipe) {
    case "go": {
      const found = await findMainPackage(settings, new AbortController().signal);
      return found.ok ? ok({ mainPackage: found.value }) : found;
    }
    case "command":
      return programExists(build.command[0] ?? "", path, cwd);
    case "none":
      return programExists(args[0] ?? "", path, cwd);
    case "artifact": {
      const stats = statSync(artifact ?? "", { throwIfNoEntry: false });
      if (stats?.isDirectory() !== true) return ok({ mainPackage: null });
      const detail = `the artifact ${artifact} is a folder`;
      return fail({ code: "artifact-is-folder", detail, packages: [] });
    }
  }
}

function programExists(
  program: string,
  path: string,
  cwd: string,
): Result<RecipePlan, RecipeProblem> {
  if (findProgram(program, path, cwd) !== null) return ok({ mainPackage: null });
  const detail = `there is no program "${program}" here`;
  return fail({ code: "no-program", detail, packages: [] });
}
