import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";

/** Writes the files into the folder, which is made if need be; their paths, or the error's code. */
export function writeLabFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Result<readonly string[], { readonly code: string }> {
  try {
    mkdirSync(folder, { recursive: true });
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    });
    return ok(paths);
  } catch (error) {
    return fail({ code: (error as NodeJS.ErrnoException).code ?? String(error) });
  }
}
