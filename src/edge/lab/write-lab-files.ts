import { accessSync, constants, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import { makeFolder } from "#edge/make-folder.js";

type Written<T> = Result<T, { readonly code: string }>;

/** Makes the folder if need be and looks whether files can be made in it; or the error's code. */
export function prepareLabFolder(folder: string): Written<null> {
  return attempt(() => {
    makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  });
}

/** Writes the files into the folder, which is made if need be; their paths, or the error's code. */
export function writeLabFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Written<readonly string[]> {
  return attempt(() => {
    makeFolder(folder);
    return Object.entries(files).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    });
  });
}

function attempt<T>(work: () => T): Written<T> {
  try {
    return ok(work());
  } catch (error) {
    return fail({ code: (error as NodeJS.ErrnoException).code ?? String(error) });
  }
}
