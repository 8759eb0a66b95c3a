import type { UserError } from "#base/user-error.js";

/** What is wrong, and below it, indented, what to do. */
export function errorText(error: UserError): string {
  const [first, ...more] = error.message.split("\n");
  return [
    `hotpod: ${first}`,
    ...more.map((line) => `  ${line}`),
    ...error.hint.split("\n").map((line) => `  ${line}`),
  ].join("\n");
}
