import { fail, ok, type Result } from "#base/result.js";
import type { Problem } from "./problem.js";
import type { Recipe } from "./settings.js";
import type { Surroundings } from "./surroundings.js";

/** `why`: what `auto` decided by; null when the recipe was named. */
interface Chosen {
  readonly recipe: Recipe;
  readonly why: string | null;
}

/** What `auto` means here. Explicit settings count before what lies in the folder. */
export function resolveRecipe(
  named: Recipe | "auto",
  artifact: string | null,
  buildCommand: readonly string[] | null,
  command: readonly string[],
  around: Surroundings,
): Result<Chosen, Problem> {
  if (named !== "auto") {
    const missing = missingFor(named, artifact, buildCommand, command);
    return missing === null ? ok({ recipe: named, why: null }) : fail(missing);
  }
  if (artifact !== null) return ok({ recipe: "artifact", why: "an artifact is named" });
  if (buildCommand !== null) return ok({ recipe: "command", why: "build.command is set" });
  const [program] = command;
  if (around.goModule) {
    const both = program?.includes("/") === true && around.findProgram(program) !== null;
    return both ? fail(ambiguous(program)) : ok({ recipe: "go", why: "go.mod in this folder" });
  }
  if (program !== undefined) return ok({ recipe: "none", why: "a command after --" });
  return fail({
    code: "no-recipe",
    where: around.cwd,
    what: "nothing here says what to run",
    hint: [
      "Ways to say it:",
      "  a Go module: run hotpod in the folder of its go.mod",
      "  an interpreted service: hotpod run -- node server.js",
      "  your own build: hotpod run --build-command 'make OUT={artifact}'",
      "  a file somebody replaces: hotpod run --artifact /app/main",
    ].join("\n"),
  });
}

function ambiguous(program: string): Problem {
  return {
    code: "no-recipe",
    where: `-- ${program}`,
    what: `there is a go.mod here, and ${program} is a program of its own`,
    hint: `Say --recipe none to run ${program}, or --recipe go to build the module and pass that on as arguments.`,
  };
}

function missingFor(
  recipe: Recipe,
  artifact: string | null,
  buildCommand: readonly string[] | null,
  command: readonly string[],
): Problem | null {
  const problem = (what: string, hint: string): Problem => ({
    code: "no-recipe",
    where: `recipe ${recipe}`,
    what,
    hint,
  });
  if (recipe === "none" && command.length === 0) {
    return problem("no command to run", "Write it after --: hotpod run -- node server.js");
  }
  if (recipe === "artifact" && artifact === null) {
    return problem("no artifact is named", "Name the file: hotpod run --artifact /app/main");
  }
  if (recipe === "command" && buildCommand === null) {
    return problem(
      "no build command is set",
      "Set it: hotpod run --build-command 'make OUT={artifact}'",
    );
  }
  return null;
}
