import { parseDuration } from "#base/time.js";
import { UserError } from "#base/user-error.js";

/** `--timeout`, in milliseconds. */
export function readTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new UserError({
    code: "bad-flag",
    message: `--timeout ${text} is no duration`,
    hint: "Write 30s, 1m30s or 500ms.",
  });
}
