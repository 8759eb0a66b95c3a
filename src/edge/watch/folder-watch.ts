import { type FSWatcher, watch } from "node:fs";

/** Asks the kernel to tell what happens in folders. One inotify watch a folder, none for its files. */
export interface FolderWatch {
  /** null: it cannot be watched (it vanished, or `onLimit` was called). `name` null: not known. */
  open(path: string, onEvent: (name: string | null) => void): (() => void) | null;
  readonly count: number;
}

/** `onLimit`: the kernel refuses more watches. Everything opened before stays open. */
export function folderWatch(onLimit: (code: "ENOSPC" | "EMFILE") => void): FolderWatch {
  let count = 0;
  return {
    get count() {
      return count;
    },
    open: (path, onEvent) => {
      let watcher: FSWatcher;
      try {
        watcher = watch(path, (_, name) => onEvent(name));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOSPC" || code === "EMFILE") onLimit(code);
        return null;
      }
      count += 1;
      watcher.on("error", () => onEvent(null));
      let open = true;
      return () => {
        if (open) count -= 1;
        open = false;
        watcher.close();
      };
    },
  };
}

/** Where nothing is told: the tree is looked at from time to time instead. */
export const noFolderWatch: FolderWatch = { count: 0, open: () => null };
