import { readlinkSync, statSync, watch as watchFolder } from "node:fs";
import { basename, dirname, isAbsolute, join, parse, sep } from "node:path";

/** The kernel's own limit of links in one path. */
const LINKS_MAX = 40;

/**
 * Calls `look` when an entry changes that leads to the file. Folders are watched, not files: a file that is replaced
 * takes its watch with it. A folder that cannot be watched is left to the look that comes once a second.
 * @param {string} path
 * @param {() => void} look
 */
export function createWatch(path, look) {
  /**
   * By the folder's device and inode: a folder made anew under the same path is another one.
   * @type {Map<string, { watcher: import("node:fs").FSWatcher, names: Set<string> }>}
   */
  const watchers = new Map();

  /**
   * @param {string} folder
   * @param {string} id
   */
  function open(folder, id) {
    try {
      /** @type {Set<string>} */
      const names = new Set();
      const watcher = watchFolder(folder, { persistent: false }, (_, name) => {
        if (name === null || names.has(name)) look();
      });
      watcher.on("error", () => end(id));
      watchers.set(id, { watcher, names });
    } catch {
      // No watches left, or the folder has just gone.
    }
  }

  /** @param {string} id */
  function end(id) {
    watchers.get(id)?.watcher.close();
    watchers.delete(id);
  }

  /** Watches the folders on the way to the file as it is now. */
  function follow() {
    /** @type {Map<string, string[]>} */
    const wanted = new Map();
    for (const entry of trail(path)) {
      const id = identity(dirname(entry));
      if (id === null) continue;
      if (!watchers.has(id)) open(dirname(entry), id);
      wanted.set(id, [...(wanted.get(id) ?? []), basename(entry)]);
    }
    for (const [id, { names }] of [...watchers]) {
      names.clear();
      for (const name of wanted.get(id) ?? []) names.add(name);
      if (!wanted.has(id)) end(id);
    }
  }

  follow();
  return {
    follow,
    close: () => {
      for (const id of [...watchers.keys()]) end(id);
    },
  };
}

/** @param {string} folder */
function identity(folder) {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/**
 * The entries whose change can lead the path to another file: each link on the way (the kubelet swaps "..data"), and
 * the file. Of a way that ends early it is what there is.
 * @param {string} path
 */
function trail(path) {
  /** @type {string[]} */
  const entries = [];
  const { root } = parse(path);
  let at = root;
  let rest = path.slice(root.length).split(sep);
  for (let links = 0; rest.length > 0 && links <= LINKS_MAX; ) {
    const name = rest.shift() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at = dirname(at);
      continue;
    }
    const entry = join(at, name);
    const target = linkTarget(entry);
    if (target === null) {
      at = entry;
      if (rest.length === 0) entries.push(entry);
      continue;
    }
    entries.push(entry);
    links += 1;
    if (isAbsolute(target)) at = parse(target).root;
    rest = [...target.split(sep), ...rest];
  }
  return entries;
}

/** @param {string} entry */
function linkTarget(entry) {
  try {
    return readlinkSync(entry);
  } catch {
    return null;
  }
}
