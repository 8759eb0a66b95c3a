import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { noticeFolders } from "./notice-folders.js";
import { readVolume } from "./policy-folder.js";

/** Where nothing notifies, and for links into other folders, changes are found out by looking. */
const LOOK_MS = 2_000;
/** Files of a folder are read whole, into the container's memory. */
const FOLDER_FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The content of a file, or of all files of a folder; 12 hexadecimal digits of SHA-256. null: it cannot be read at the moment, or a
 * file of the folder has more than 64 MiB.
 */
export function contentHash(path: string): string | null {
  try {
    return statSync(path).isDirectory()
      ? hashOfFolder(readVolume(path, FOLDER_FILE_BYTES_MAX))
      : hashOfFile(readFileSync(path));
  } catch {
    return null;
  }
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

/** Calls back with the hash of each new content. The one that is there at the beginning is not new. Answers a function that ends that. */
export function watchContent(path: string, changed: (hash: string) => void): () => void {
  let known = contentHash(path);
  return noticeFolders(
    () => [path, dirname(path)],
    LOOK_MS,
    () => {
      const now = contentHash(path);
      if (now === null || now === known) return;
      known = now;
      changed(now);
    },
  );
}
