import { UserError } from "#base/user-error.js";
import type { InputProblem } from "#manifest/input-problem.js";

/** One mistake of one place, or all of them in one go. */
export function inputError(code: string, problems: readonly InputProblem[]): UserError {
  const [first] = problems;
  if (first === undefined) throw new Error("invariant broken: an error without a problem");
  if (problems.length === 1) {
    return new UserError({ code, message: `${first.where}: ${first.what}`, hint: first.hint });
  }
  const shown = problems.slice(0, SHOWN_MAX);
  const more = problems.length - shown.length;
  return new UserError({
    code,
    message: [
      `${problems.length} mistakes in the input:`,
      ...shown.flatMap(({ where, what, hint }) => [`  ${where}: ${what}`, `    ${hint}`]),
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ].join("\n"),
    hint: "Nothing was simulated.",
  });
}

const SHOWN_MAX = 20;
