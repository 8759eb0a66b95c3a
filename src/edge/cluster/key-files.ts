import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";

/** A file that becomes a key. `text`: null when it is no UTF-8. */
export interface KeyFile {
  readonly key: string;
  readonly path: string;
  readonly text: string | null;
  readonly base64: string;
}

export interface KeyFileFailure {
  readonly path: string;
  /** An errno, such as ENOENT. */
  readonly code: string;
}

/** One file under its own name or `key`, or every file of a folder (not of folders below it) under its name. */
export function readKeyFiles(
  path: string,
  key: string | null,
): Result<readonly KeyFile[], KeyFileFailure> {
  try {
    if (!statSync(path).isDirectory()) return ok([keyFile(path, key ?? basename(path))]);
    if (key !== null) return fail({ path, code: "EISDIR" });
    const names = readdirSync(path).sort();
    const files = names.filter((name) => statSync(join(path, name)).isFile());
    return ok(files.map((name) => keyFile(join(path, name), name)));
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return fail({ path, code });
  }
}

function keyFile(path: string, key: string): KeyFile {
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  return { key, path, text: isText ? text : null, base64: bytes.toString("base64") };
}
