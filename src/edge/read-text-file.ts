import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "#base/result.js";

/** A whole file as text. `code`: the errno, for example ENOENT. */
export function readTextFile(path: string): Result<string, { readonly code: string }> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return fail({ code: (error as NodeJS.ErrnoException).code ?? "unknown" });
  }
}
