import { UserError } from "#base/user-error.js";
import type { ControlFailure } from "./control-server.js";

/** Why there is no control socket, as a mistake the user can mend. */
export function controlError(failure: ControlFailure, path: string): UserError {
  if (failure.kind === "taken") {
    const who =
      failure.pid === null ? "another program" : `another hotpod (process ${failure.pid})`;
    return new UserError({
      code: "another-hotpod",
      message: `${who} answers on the control socket ${path}`,
      hint: "Stop it, or give this one places of its own: --store-dir, --control-socket.",
      exitCode: 1,
    });
  }
  return new UserError({
    code: "control-socket",
    message: `the control socket ${path} cannot be opened: ${failure.code}`,
    hint: "Choose a path of at most 107 bytes on a writable volume: --control-socket.",
    exitCode: 1,
  });
}
