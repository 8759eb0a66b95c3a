import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";

/** What is at a path, a link itself included. null: nothing, or nothing we may look at. */
export function statOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Where a link leads in the end. null: nowhere. */
export function targetOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** The text of a link; empty when it vanished. */
export function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Without symbolic links; the path itself when that cannot be told. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
