import { createHash } from "node:crypto";
import { type FSWatcher, readFileSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { readVolume } from "./policy-folder.js";

const SETTLE_MS = 30;
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
  let settling: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = [];
  const look = (): void => {
    const now = contentHash(path);
    if (now === null || now === known) return;
    known = now;
    changed(now);
  };
  const notice = (): void => {
    clearTimeout(settling);
    settling = setTimeout(look, SETTLE_MS);
  };
  for (const folder of new Set([path, dirname(path)])) {
    try {
      const watcher = watch(folder, notice);
      watcher.on("error", () => {});
      watchers.push(watcher);
    } catch {
      // Not there, or no watch to be had: the look from time to time is left.
    }
  }
  const looking = setInterval(look, LOOK_MS);
  return () => {
    clearTimeout(settling);
    clearInterval(looking);
    for (const watcher of watchers) watcher.close();
  };
}
