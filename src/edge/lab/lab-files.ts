import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { isWithin } from "#base/join-path.js";
import type { LabFiles } from "#ports/lab/lab-bench.js";

/** The file system, as far as these folders go: writing anywhere else is an error. */
export function labFiles(folders: readonly string[]): LabFiles {
  const own = (path: string): string => {
    if (folders.some((folder) => isWithin(resolve(path), folder))) return path;
    throw new Error(`invariant broken: ${path} is not the lab's`);
  };
  return {
    write: (path, text, mode = 0o644) => writeFileSync(own(path), text, { mode }),
    append: (path, text) => appendFileSync(own(path), text),
    read: (path) => readFileSync(path, "utf8"),
    copy(from, to) {
      if (statSync(from).isDirectory()) cpSync(from, own(to), { recursive: true });
      else copyFileSync(from, own(to));
    },
    rename: (from, to) => renameSync(own(from), own(to)),
    remove: (path) => rmSync(own(path), { recursive: true, force: true, maxRetries: 3 }),
    makeFolder: (path) => void mkdirSync(own(path), { recursive: true }),
    symlink: (target, path) => symlinkSync(target, own(path)),
    truncate: (path, bytes) => truncateSync(own(path), bytes),
    facts(path) {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return null;
      const { ino, dev, size, ctimeMs } = found;
      return { inode: ino, device: dev, sizeBytes: size, changedMs: ctimeMs };
    },
    names: (folder) => readdirSync(folder).sort(),
    sha256: (path) => createHash("sha256").update(readFileSync(path)).digest("hex"),
    linkTarget(path) {
      try {
        return readlinkSync(path);
      } catch {
        return null;
      }
    },
  };
}
