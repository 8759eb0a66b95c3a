/**
 * What never is a source, whatever the ignore files say: editors and tools write such files beside the real one and
 * take them away again. Looked at by name only.
 */
export function ignoredByName(name: string, isFolder: boolean): boolean {
  if (isFolder) return name === "node_modules";
  return TEMPORARY.test(name) || name.endsWith("_test.go");
}

/** Never looked into, and no ignore file can bring it back: version control, and the inner side of mounted volumes. */
export function neverWatched(name: string): boolean {
  return VERSION_CONTROL.has(name) || name.startsWith("..");
}

/** Rules of the tree itself: when one changes, what is watched changes, and nothing else. */
export const IGNORE_FILES: readonly string[] = [".gitignore", ".dockerignore"];

const VERSION_CONTROL = new Set([
  ".git",
  ".hg",
  ".svn",
  ".jj",
  ".bzr",
  "_darcs",
  "CVS",
  ".fslckout",
]);

const TEMPORARY = new RegExp(
  [
    /^4913$/, // vim asks by it whether it may write in the folder
    /\.sw[a-px]$/,
    /~$/,
    /^\.#/, // emacs: lock
    /^#.*#$/, // emacs: auto-save
    /\.tmp$/,
    /___jb_(tmp|old|bak)___$/,
    /^\.goutputstream-/,
    /\.kate-swp$/,
    /\.crswap$/,
    /^sed[A-Za-z0-9]{6}$/, // sed -i
    /^\.nfs[0-9a-f]{8,}$/, // removed while open on NFS
    /^\.fuse_hidden/,
    /^\.DS_Store$/,
  ]
    .map(({ source }) => source)
    .join("|"),
);
