import { UserError } from "#base/user-error.js";

/** Why a recipe cannot work here, found before anything is started. */
export interface RecipeProblem {
  readonly code:
    | "no-go"
    | "no-go-mod"
    | "no-main-package"
    | "several-main-packages"
    | "go-list-failed"
    | "no-program"
    | "artifact-is-folder";
  readonly detail: string;
  /** For `several-main-packages`: all of them. */
  readonly packages: readonly string[];
}

const HINTS: Readonly<Record<RecipeProblem["code"], string>> = {
  "no-go":
    "Use an image with the Go toolchain (golang:…), or --artifact FILE to run what is built elsewhere.",
  "no-go-mod": "Run hotpod in the folder of the go.mod, or create one: go mod init NAME.",
  "no-main-package": "Name the package to run with --package, for example --package ./cmd/api.",
  "several-main-packages": "Choose one with --package.",
  "go-list-failed": "Mend what `go list ./...` complains about.",
  "no-program": "Check the spelling, or give the full path.",
  "artifact-is-folder": "Name the program file itself.",
};

export function recipeError({ code, detail, packages }: RecipeProblem): UserError {
  const [first] = packages;
  const hint =
    code === "several-main-packages" && first !== undefined
      ? `${HINTS[code].slice(0, -1)}, for example --package ${first}.`
      : HINTS[code];
  return new UserError({ code, message: detail, hint });
}
