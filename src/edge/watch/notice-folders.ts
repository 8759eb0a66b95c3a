import { folderWatch } from "./folder-watch.js";

const SETTLE_MS = 20;

/**
 * Calls back a moment after something in one of the folders has changed, and every `lookMs` in any case: some file systems do not
 * notify. `folders` is asked again after each change. Answers a function that ends it.
 */
export function noticeFolders(
  folders: () => readonly string[],
  lookMs: number,
  changed: () => void,
): () => void {
  // What cannot be watched is left to the look from time to time.
  const kernel = folderWatch(() => {});
  let watches: (() => void)[] = [];
  let settling: NodeJS.Timeout | undefined;
  const close = (): void => {
    for (const stop of watches) stop();
  };
  const open = (): void => {
    close();
    watches = folders().flatMap((folder) => kernel.open(folder, notice) ?? []);
  };
  const notice = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      // One may have come or gone; what changes from here on is noticed by the new watches.
      open();
      changed();
    }, SETTLE_MS);
  };
  open();
  const looking = setInterval(changed, lookMs).unref();
  return () => {
    clearTimeout(settling);
    clearInterval(looking);
    close();
  };
}
