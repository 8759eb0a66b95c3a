import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import { noticeFolders } from "./notice-folders.js";
import { readVolume } from "./policy-folder.js";

/** Where nothing notifies, and for links into other folders, changes are found out by looking. */
const LOOK_MS = 2_000;
/** Files are read whole, into the container's memory. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** Why a content has no hash. `code`: an errno; EFBIG: the file at `path` has more than 64 MiB. */
export interface ContentFailure {
  readonly path: string;
  readonly code: string;
}

/** The content of a file, or of all files of a folder; 12 hexadecimal digits of SHA-256. */
export function readContent(path: string): Result<string, ContentFailure> {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return ok(hashOfFolder(readVolume(path, FILE_BYTES_MAX)));
    if (stat.size > FILE_BYTES_MAX) return fail({ path, code: "EFBIG" });
    return ok(hashOfFile(readFileSync(path)));
  } catch (error) {
    const { code = "unknown", path: where = path } = error as NodeJS.ErrnoException;
    return fail({ path: where, code });
  }
}

/** null: it cannot be read at the moment, or a file has more than 64 MiB. */
export function contentHash(path: string): string | null {
  const read = readContent(path);
  return read.ok ? read.value : null;
}

export function hashOfFile(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

/** Of a folder's own files, hidden ones left out, in the order of their names. */
export function hashOfFolder(files: readonly { name: string; text: string }[]): string {
  const hash = createHash("sha256");
  for (const { name, text } of files) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex").slice(0, 12);
}

/** What is told of a followed content. */
export interface ContentListener {
  changed(hash: string): void;
  /** That file has more than 64 MiB: told once, and what comes after it is new again. */
  tooLarge(file: string): void;
}

/** Tells each new content. The one that is there at the beginning is not new. Answers a function that ends that. */
export function watchContent(path: string, listener: ContentListener): () => void {
  let known = contentHash(path);
  let isTooLarge = false;
  return noticeFolders(
    () => [path, dirname(path)],
    LOOK_MS,
    () => {
      const now = readContent(path);
      if (!now.ok) {
        if (now.error.code !== "EFBIG" || isTooLarge) return;
        isTooLarge = true;
        known = null;
        listener.tooLarge(now.error.path);
        return;
      }
      isTooLarge = false;
      if (now.value === known) return;
      known = now.value;
      listener.changed(known);
    },
  );
}
