/** The repository as text: every file that is neither generated nor installed, by its path from the root. */
export interface Tree {
  readonly files: ReadonlyMap<string, string>;
  /** Files whose content is not text; known only by name. */
  readonly binaries: ReadonlySet<string>;
}

/** Whether a file or a folder of that name exists. */
export function existsIn(tree: Tree, path: string): boolean {
  if (tree.files.has(path) || tree.binaries.has(path)) return true;
  const prefix = `${path}/`;
  for (const file of tree.files.keys()) if (file.startsWith(prefix)) return true;
  for (const file of tree.binaries) if (file.startsWith(prefix)) return true;
  return false;
}

/** The folder of a path; "" at the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The name of a file without its folder. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
