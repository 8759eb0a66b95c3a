import { type FSWatcher, linkSync, lstatSync, unlinkSync, watch } from "node:fs";
import { dirname } from "node:path";

/**
 * Puts a file back when somebody removes it, by a second name that it has, until the function that this answers is called. Between
 * the two clients find none: it is for whoever is not told of its calls.
 */
export function guardFile(path: string, secondName: string): () => void {
  try {
    linkSync(path, secondName);
  } catch {
    // A file system without links.
    return () => {};
  }
  const restore = (): void => {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
    try {
      linkSync(secondName, path);
    } catch {
      // Somebody else has put a file there meanwhile.
    }
  };
  const watcher = watchFolder(dirname(path), restore);
  return () => {
    watcher?.close();
    restore();
    unlinkSync(secondName);
  };
}

/** null: nobody tells of changes here. */
function watchFolder(folder: string, changed: () => void): FSWatcher | null {
  try {
    return watch(folder, { persistent: false }, changed).on("error", () => {});
  } catch {
    return null;
  }
}
