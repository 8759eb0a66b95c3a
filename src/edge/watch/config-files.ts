import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { noticeFolders } from "./notice-folders.js";
import { readVolume } from "./policy-folder.js";

/** Where nothing notifies, and for links into other folders, changes are found out by looking. */
const LOOK_MS = 2_000;

/** The content of a file, or of all files of a folder; 12 hexadecimal digits of SHA-256. null: it cannot be read at the moment. */
export function contentHash(path: string): string | null {
  try {
    const hash = createHash("sha256");
    if (statSync(path).isDirectory()) {
      for (const { name, text } of readVolume(path)) hash.update(`${name}\0${text}\0`);
    } else hash.update(readFileSync(path));
    return hash.digest("hex").slice(0, 12);
  } catch {
    return null;
  }
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
