import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tree } from "./tree.js";

/** What is installed, built or recorded at run time, never written by hand. In a worktree `.git` is a file. */
const SKIPPED = new Set(["node_modules", "dist", "out", ".git", ".hotpod", "__pycache__"]);
const TEXT_BYTES_MAX = 2_000_000;

/** Reads the whole tree at once: it is small, and every check then is a pure function over it. */
export function readTree(root: string): Tree {
  const files = new Map<string, string>();
  const binaries = new Set<string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      // In a worktree, .git is a file.
      if (SKIPPED.has(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (SKIPPED.has(entry.name)) continue;
      if (entry.isDirectory()) {
        walk(path);
      } else if (entry.isFile() && !entry.name.endsWith(".tgz")) {
        const bytes = readFileSync(join(root, path));
        if (bytes.length > TEXT_BYTES_MAX || bytes.includes(0)) binaries.add(path);
        else files.set(path, bytes.toString("utf8"));
      } else if (entry.isSymbolicLink()) {
        binaries.add(path);
      }
    }
  };
  walk("");
  return { files, binaries };
}
