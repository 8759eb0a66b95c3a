import { createHash } from "node:crypto";
import { readdirSync, type Stats } from "node:fs";
import { basename, join, relative } from "node:path";
import { type Breath, breath } from "./breath.js";
import { constantEntry, digestFile, isGone, looksSame, READ_BYTES } from "./file-digest.js";
import {
  digestOf,
  type FolderNode,
  filesBelow,
  folderNode,
  foldersBelow,
  isAbove,
  markStale,
  pathIn,
} from "./folder-node.js";
import type { FolderWatch } from "./folder-watch.js";
import { type IgnoreRules, isIgnoreFile } from "./ignore-rules.js";
import { type LinkWatch, linkWatch } from "./link-watch.js";
import { readLink, realPath, statOf, targetOf } from "./path-facts.js";

export interface TreeOptions {
  /** Absolute. What lies there is watched even where an ignore file says otherwise. */
  readonly roots: readonly string[];
  readonly cwd: string;
  readonly rules: IgnoreRules;
  readonly folders: FolderWatch;
  /** A file for which being executable is part of its content. */
  readonly program: string | null;
  /** Something happened to what is watched. May be called many times in a row. */
  readonly onEvent: () => void;
}

const CHANGED_MAX = 20;
const NOTED_MAX = 2_000;
const LINKS_MAX = 3;
const ATTEMPTS = 3;
/** Folders are listed anew past that many names, and the whole tree past what the kernel's queue holds. */
const NAMES_MAX = 1_000;
const EVENTS_MAX = 8_000;
const EMPTY_DIGEST = createHash("sha256").digest("binary");

/** `again`: its watch may be dead or its ignore rules changed, so that everything below is looked at. */
type Dirt = Set<string> | "list" | "again";

/**
 * The watched files and their hashes. Every folder is watched before it is listed, so that nothing can happen
 * unheard in between; after that only what events name is looked at.
 */
export class Tree {
  readonly #options: TreeOptions;
  readonly #top: FolderNode;
  readonly #links: LinkWatch;
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  readonly #dirty = new Map<FolderNode, Dirt>();
  readonly #changed = new Map<string, { readonly was: string | null; now: string | null }>();
  #breath: Breath = breath();
  #events = 0;
  #torn = false;
  #scanned = false;
  #closed = false;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#links = linkWatch(options.folders);
    const fields = { path: "", real: "", ino: 0, parent: null, links: 0, above: null };
    this.#top = folderNode(fields);
  }

  /** Brings the hashes up to date. `everything`: also looks where no event pointed. One at a time. */
  async scan(everything: boolean): Promise<string | null> {
    this.#breath = breath();
    let all = everything || !this.#scanned;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      this.#torn = false;
      all ||= this.#events >= EVENTS_MAX;
      this.#events = 0;
      if (all) for (const root of this.#options.roots) await this.#look(this.#top, root, true);
      all = false;
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      for (const [folder, dirt] of dirty) await this.#clean(folder, dirt);
      if (!this.#torn) break;
    }
    this.#scanned = true;
    return this.#torn ? null : (digestOf(this.#top) ?? "");
  }

  /** Files that differ from the last time this was asked, relative to the working folder, at most 20; is one gone or empty? */
  takeChanged(): { readonly changed: string[]; readonly midSave: boolean } {
    const differ = [...this.#changed].filter(([, { was, now }]) => was !== now);
    this.#changed.clear();
    const midSave = differ.some(([, { now }]) => now === null || now === EMPTY_DIGEST);
    const first = differ.slice(0, CHANGED_MAX);
    return { changed: first.map(([path]) => relative(this.#options.cwd, path)), midSave };
  }

  has(root: string): boolean {
    return this.#top.entries.has(root);
  }

  size(): { files: number; folders: number } {
    const folders = [...foldersBelow(this.#top)];
    const files = [this.#top, ...folders].reduce((sum, node) => sum + node.entries.size, 0);
    return { files: files - folders.length, folders: folders.length };
  }

  close(): void {
    this.#closed = true;
    for (const folder of foldersBelow(this.#top)) folder.stopWatching?.();
    this.#links.close();
  }

  async #clean(folder: FolderNode, dirt: Dirt): Promise<void> {
    if (!this.#attached(folder)) return;
    if (dirt instanceof Set) {
      for (const name of dirt) await this.#look(folder, name, false);
    } else {
      if (dirt === "again") this.#watch(folder);
      await this.#list(folder, dirt === "again");
    }
  }

  #attached(folder: FolderNode): boolean {
    for (let node = folder; node.parent !== null; node = node.parent) {
      const name = node.parent.parent === null ? node.path : basename(node.path);
      if (node.parent.entries.get(name) !== node) return false;
    }
    return true;
  }

  async #list(folder: FolderNode, deep: boolean): Promise<void> {
    let names: string[];
    try {
      names = readdirSync(folder.path);
    } catch (error) {
      if (isGone(error)) this.#torn = true;
      names = [];
    }
    const present = new Set(names);
    const isRoot = folder.parent === this.#top;
    folder.rules = this.#options.rules.enter(folder.path, present, folder.above, isRoot);
    for (const name of [...folder.entries.keys()]) {
      if (!present.has(name)) this.#remove(folder, name);
    }
    for (const name of names) {
      if (this.#breath.isDue()) await this.#breath.take();
      if (!(await this.#look(folder, name, deep))) this.#torn = true;
    }
  }

  /** Brings one entry up to date. False: it is not there. */
  async #look(folder: FolderNode, name: string, deep: boolean): Promise<boolean> {
    if (folder.parent !== null && isIgnoreFile(name)) return true;
    const path = pathIn(folder, name);
    const isRoot = folder === this.#top;
    const listen = (): void => this.#links.follow(path, isRoot, () => this.#heard(folder, name));
    // Listening comes before looking, so that nothing can come unheard in between.
    if (isRoot) listen();
    const stats = statOf(path);
    const linked = stats?.isSymbolicLink() ?? false;
    if (linked && !isRoot && !this.#ignoresAnyway(folder, name)) listen();
    const target = linked ? targetOf(path) : stats;
    const isFolder = target?.isDirectory() ?? false;
    const ignored =
      !isRoot && this.#options.rules.ignores(folder.path, name, isFolder, folder.rules);
    if (stats === null || ignored) {
      this.#remove(folder, name);
      return stats !== null;
    }
    if (target === null) this.#put(folder, name, constantEntry(`link ${readLink(path)}`));
    else if (isFolder) await this.#lookAtFolder(folder, name, target, linked || isRoot, deep);
    else if (target.isFile()) return await this.#lookAtFile(folder, name, target);
    else this.#remove(folder, name);
    return true;
  }

  async #lookAtFile(folder: FolderNode, name: string, stats: Stats): Promise<boolean> {
    const before = folder.entries.get(name);
    if (before?.kind === "file" && looksSame(before, stats)) return true;
    const path = pathIn(folder, name);
    const executable = path === this.#options.program;
    const shared = { buffer: this.#buffer, breath: this.#breath };
    const entry = await digestFile(path, { ...shared, executable });
    if (entry === null) {
      this.#torn = true;
      this.#remove(folder, name);
      this.#mark(folder, name);
      return true;
    }
    this.#put(folder, name, entry);
    return true;
  }

  async #lookAtFolder(
    parent: FolderNode,
    name: string,
    stats: Stats,
    linked: boolean,
    deep: boolean,
  ): Promise<void> {
    const path = pathIn(parent, name);
    const real = linked ? realPath(path) : join(parent.real, name);
    const before = parent.entries.get(name);
    if (before?.kind === "folder" && before.real === real && before.ino === stats.ino) {
      if (!deep) return;
      before.above = parent === this.#top ? before.above : parent.rules;
      return this.#list(before, true);
    }
    const links = parent.links + (linked && parent !== this.#top ? 1 : 0);
    if (isAbove(parent, real) || links > LINKS_MAX) {
      this.#put(parent, name, constantEntry("a folder above"));
      return;
    }
    this.#remove(parent, name, false);
    const above = parent === this.#top ? this.#options.rules.around(real) : parent.rules;
    const folder = folderNode({ path, real, ino: stats.ino, parent, links, above });
    parent.entries.set(name, folder);
    markStale(parent);
    this.#watch(folder);
    await this.#list(folder, true);
  }

  #watch(folder: FolderNode): void {
    folder.stopWatching?.();
    if (this.#closed) return;
    folder.stopWatching = this.#options.folders.open(folder.path, (name) => {
      // What happens to the folder itself comes under its own name.
      const itself = name === basename(folder.path) || name === basename(folder.real);
      if (name === null || itself || isIgnoreFile(name)) this.#dirtyAgain(folder);
      else if (!folder.entries.has(name) && this.#ignoresAnyway(folder, name)) return;
      else this.#mark(folder, name);
      this.#options.onEvent();
    });
  }

  /** Whether it is ignored be it a file or a folder, which an event does not tell. */
  #ignoresAnyway(folder: FolderNode, name: string): boolean {
    const { rules } = this.#options;
    return [false, true].every((isFolder) =>
      rules.ignores(folder.path, name, isFolder, folder.rules),
    );
  }

  #heard(folder: FolderNode, name: string): void {
    this.#mark(folder, name);
    this.#options.onEvent();
  }

  #mark(folder: FolderNode, name: string): void {
    this.#events += 1;
    const dirt = this.#dirty.get(folder);
    if (dirt === undefined) this.#dirty.set(folder, new Set([name]));
    else if (dirt instanceof Set && dirt.size >= NAMES_MAX) this.#dirty.set(folder, "list");
    else if (dirt instanceof Set) dirt.add(name);
  }

  #dirtyAgain(folder: FolderNode): void {
    this.#events += 1;
    this.#dirty.set(folder, "again");
  }

  #put(folder: FolderNode, name: string, entry: ReturnType<typeof constantEntry>): void {
    const before = folder.entries.get(name);
    if (before?.kind === "folder") this.#remove(folder, name, false);
    folder.entries.set(name, entry);
    if (before?.kind === "file" && before.digest === entry.digest) return;
    this.#note(pathIn(folder, name), before?.kind === "file" ? before.digest : null, entry.digest);
    markStale(folder);
  }

  #remove(folder: FolderNode, name: string, forget = true): void {
    const entry = folder.entries.get(name);
    if (forget && folder !== this.#top) this.#links.forget(pathIn(folder, name));
    if (entry === undefined) return;
    if (entry.kind === "file") this.#note(pathIn(folder, name), entry.digest, null);
    else this.#leave(entry);
    folder.entries.delete(name);
    markStale(folder);
  }

  #leave(folder: FolderNode): void {
    for (const [path, { digest }] of filesBelow(folder)) this.#note(path, digest, null);
    for (const node of [folder, ...foldersBelow(folder)]) {
      node.stopWatching?.();
      this.#dirty.delete(node);
      for (const name of node.entries.keys()) this.#links.forget(pathIn(node, name));
    }
  }

  #note(path: string, was: string | null, now: string | null): void {
    if (!this.#scanned) return;
    const noted = this.#changed.get(path);
    if (noted !== undefined) noted.now = now;
    else if (this.#changed.size < NOTED_MAX) this.#changed.set(path, { was, now });
  }
}
