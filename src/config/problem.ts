import { UserError } from "#base/user-error.js";
import type { Misfit } from "./kinds/kind.js";

/** One mistake in the settings. */
export interface Problem {
  readonly code: "unknown-key" | "bad-value" | "yaml-syntax" | "not-available" | "no-recipe";
  /** `hotpod.yaml:3:12`, `--ready-timeout` or `HOTPOD_READY_TIMEOUT`. */
  readonly where: string;
  readonly what: string;
  readonly hint: string;
}

export function misfitCode(misfit: Misfit): Problem["code"] {
  return misfit.planned === true ? "not-available" : "bad-value";
}

/** All mistakes in one error, so that they can be mended in one go. */
export function settingsError(problems: readonly Problem[]): UserError {
  const [first] = problems;
  if (first === undefined) throw new Error("invariant broken: an error without a problem");
  if (problems.length === 1) {
    const { code, hint } = first;
    return new UserError({ code, message: `${first.where}: ${first.what}`, hint });
  }
  return new UserError({
    code: "bad-settings",
    message: [
      `${problems.length} mistakes in the settings:`,
      ...problems.flatMap(({ where, what, hint }) => [`  ${where}: ${what}`, `    ${hint}`]),
    ].join("\n"),
    hint: "Nothing was started.",
  });
}
