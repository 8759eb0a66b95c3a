import { basename, dirname, isAbsolute, join, sep } from "node:path";
import type { FolderWatch } from "./folder-watch.js";
import { readLink, statOf } from "./path-facts.js";

/** Hears when what a path means changes: a link on the way is swapped, a missing part of it appears. */
export interface LinkWatch {
  /**
   * Looks at the path anew. Whoever looks at it afterwards hears of everything later. `itself`: also watch the file, whose
   * folder may be another mount's.
   */
  follow(path: string, itself: boolean, onChange: () => void): void;
  forget(path: string): void;
  close(): void;
}

/** The paths whose replacement changes what a path means, and where it ends. */
interface Walk {
  readonly hops: readonly string[];
  /** 0: it ends at nothing. */
  readonly ino: number;
  readonly isFile: boolean;
}

interface Followed extends Walk {
  readonly stop: () => void;
}

interface Shared {
  readonly stop: (() => void) | null;
  readonly listeners: Map<string, Set<() => void>>;
}

const HOPS_MAX = 64;
/** Who changes a path faster than it is walked changes it again, which is heard. */
const WALKS_MAX = 8;

export function linkWatch(folders: FolderWatch): LinkWatch {
  const followed = new Map<string, Followed>();
  const shared = new Map<string, Shared>();

  const listen = (folder: string, name: string, onChange: () => void): (() => void) => {
    let watch = shared.get(folder);
    if (watch === undefined) {
      const listeners = new Map<string, Set<() => void>>();
      const own = basename(folder);
      const stop = folders.open(folder, (seen) => {
        const all = seen === null || seen === own;
        const heard = all ? [...listeners.values()] : [listeners.get(seen) ?? []];
        for (const set of heard) for (const listener of [...set]) listener();
      });
      watch = { stop, listeners };
      shared.set(folder, watch);
    }
    const { listeners } = watch;
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(onChange));
    return () => {
      set.delete(onChange);
      if (set.size === 0) listeners.delete(name);
      if (listeners.size > 0) return;
      watch.stop?.();
      if (shared.get(folder) === watch) shared.delete(folder);
    };
  };

  const forget = (path: string): void => {
    followed.get(path)?.stop();
    followed.delete(path);
  };

  return {
    forget,
    follow: (path, itself, onChange) => {
      for (let walks = 0; walks < WALKS_MAX; walks += 1) {
        const found = walk(path);
        const before = followed.get(path);
        // The last walk is the one that finds what is watched already: nothing came in between unheard.
        if (before !== undefined && sameWalk(before, found)) return;
        forget(path);
        const stops = found.hops.map((hop) => listen(dirname(hop), basename(hop), onChange));
        const self = itself && found.isFile ? folders.open(path, onChange) : null;
        const stop = (): void => {
          for (const each of stops) each();
          self?.();
        };
        followed.set(path, { ...found, stop });
      }
    },
    close: () => {
      for (const path of [...followed.keys()]) forget(path);
    },
  };
}

function sameWalk(one: Walk, other: Walk): boolean {
  return one.ino === other.ino && one.hops.join("\n") === other.hops.join("\n");
}

function walk(path: string): Walk {
  const hops: string[] = [];
  const parts = path.split(sep).filter((part) => part !== "");
  let current = "/";
  let ino = 0;
  let isFile = false;
  while (parts.length > 0 && hops.length < HOPS_MAX) {
    const part = parts.shift() ?? "";
    if (part === "." || part === "") continue;
    if (part === "..") {
      current = dirname(current);
      continue;
    }
    const next = join(current, part);
    const stats = statOf(next);
    if (stats === null || stats.isSymbolicLink()) hops.push(next);
    if (stats === null) return { hops, ino: 0, isFile: false };
    if (stats.isSymbolicLink()) {
      const target = readLink(next);
      if (isAbsolute(target)) current = "/";
      parts.unshift(...target.split(sep).filter((piece) => piece !== ""));
      continue;
    }
    current = next;
    ino = stats.ino;
    isFile = stats.isFile();
  }
  if (current !== "/" && hops.at(-1) !== current) hops.push(current);
  return { hops, ino, isFile };
}
