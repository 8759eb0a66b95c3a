import { createHash } from "node:crypto";
import { join } from "node:path";
import type { FileEntry } from "./file-digest.js";
import type { FolderRules } from "./ignore-rules.js";

/** What is known of one watched folder. */
export interface FolderNode {
  readonly kind: "folder";
  /** The name by which it was reached. The top, which holds the watched paths themselves, has an empty one. */
  readonly path: string;
  /** Without symbolic links. */
  readonly real: string;
  readonly ino: number;
  readonly parent: FolderNode | null;
  /** How many symbolic links lead here. */
  readonly links: number;
  readonly entries: Map<string, FileEntry | FolderNode>;
  /** Of the folder above, and with its own ignore file. */
  above: FolderRules | null;
  rules: FolderRules | null;
  stopWatching: (() => void) | null;
  /** null: no file anywhere below. Valid unless `stale`. */
  digest: string | null;
  stale: boolean;
}

export function folderNode(
  fields: Pick<FolderNode, "path" | "real" | "ino" | "parent" | "links" | "above">,
): FolderNode {
  const { above } = fields;
  const rest = { rules: above, stopWatching: null, digest: null, stale: true } as const;
  return { ...fields, kind: "folder", entries: new Map(), ...rest };
}

export const pathIn = (folder: FolderNode, name: string): string =>
  folder.parent === null ? name : join(folder.path, name);

export function markStale(folder: FolderNode): void {
  for (let node: FolderNode | null = folder; node !== null && !node.stale; node = node.parent) {
    node.stale = true;
  }
}

/** One hash for everything below; null when there is no file. Folders that did not change are not looked at. */
export function digestOf(folder: FolderNode): string | null {
  if (!folder.stale) return folder.digest;
  const hash = createHash("sha256");
  let empty = true;
  for (const name of [...folder.entries.keys()].sort()) {
    const entry = folder.entries.get(name);
    if (entry === undefined) continue;
    const digest = entry.kind === "file" ? entry.digest : digestOf(entry);
    if (digest === null) continue;
    empty = false;
    hash.update(`${name}\0${entry.kind}\0`).update(digest, "binary");
  }
  folder.digest = empty ? null : hash.digest("binary");
  folder.stale = false;
  return folder.digest;
}

export function* filesBelow(folder: FolderNode): Generator<[string, FileEntry]> {
  for (const [name, entry] of folder.entries) {
    if (entry.kind === "file") yield [pathIn(folder, name), entry];
    else yield* filesBelow(entry);
  }
}

export function* foldersBelow(folder: FolderNode): Generator<FolderNode> {
  for (const entry of folder.entries.values()) {
    if (entry.kind === "file") continue;
    yield entry;
    yield* foldersBelow(entry);
  }
}

/** A folder that contains itself by way of a link would never end. */
export function isAbove(folder: FolderNode, real: string): boolean {
  for (let node: FolderNode | null = folder; node !== null; node = node.parent) {
    if (node.real === real) return true;
  }
  return false;
}
