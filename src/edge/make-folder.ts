import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * A folder and those above it that are missing; throws what mkdir(2) says. Node's own `recursive` never returns where the
 * kernel answers ENOENT for a folder whose parent exists, as /proc and some mounts do.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
