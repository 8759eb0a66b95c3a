import { unreachable } from "#base/assert.js";
import type { BuildFailure } from "#model/build-failure.js";

/** `output`: what the compiler printed, empty when there is none. */
export interface BuildFailureWords {
  readonly message: string;
  readonly output: string;
}

/** What is wrong with a build, in words; what serves is untouched by all of it. */
export function buildFailureWords(failure: BuildFailure): BuildFailureWords {
  switch (failure.kind) {
    case "command": {
      const { exit } = failure;
      const end = exit.kind === "code" ? `exit code ${exit.code}` : `ended by ${exit.signal}`;
      return { message: end, output: failure.output };
    }
    case "timeout":
      return { message: "it took longer than build.timeout", output: failure.output };
    case "incomplete":
      return { message: `not whole yet: ${failure.detail}`, output: "" };
    case "unusable":
      return { message: failure.detail, output: "" };
    case "store":
      return { message: failure.detail, output: "" };
    default:
      return unreachable(failure);
  }
}
