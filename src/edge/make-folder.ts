import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { isFolder } from "./surroundings.js";

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
