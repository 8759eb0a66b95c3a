import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import createIgnore, { type Ignore } from "ignore";
import { IGNORE_FILES, ignoredByName, neverWatched } from "./built-in-ignores.js";

/** The rules that hold in one folder: its own ignore file before those of the folders above. */
export interface FolderRules {
  readonly above: FolderRules | null;
  readonly folder: string;
  readonly patterns: Patterns;
}

export interface IgnoreSettings {
  readonly cwd: string;
  /** gitignore syntax, relative to `cwd`. The last word: `!name` watches what everything else ignores. */
  readonly ignore: readonly string[];
  /** Never looked at: the store, build caches, kernel file systems, the file that hotpod's own log goes to. */
  readonly excluded: readonly string[];
}

/** Past that many paths the matcher's own memory of verdicts is dropped. */
const VERDICTS_MAX = 5_000;
const FILE_BYTES_MAX = 1 << 20;

/** Decides what is watched. `above` chains hold what the ignore files of a tree say; they are read while scanning. */
export class IgnoreRules {
  readonly #settings: IgnoreSettings;
  readonly #own: Patterns;
  readonly #excluded: ReadonlySet<string>;

  constructor(settings: IgnoreSettings) {
    this.#settings = settings;
    this.#own = new Patterns(settings.ignore);
    this.#excluded = new Set(settings.excluded);
  }

  /** `folder` is where `name` lies; `rules` those of that folder. */
  ignores(folder: string, name: string, isFolder: boolean, rules: FolderRules | null): boolean {
    if (neverWatched(name)) return true;
    const path = join(folder, name);
    if (this.#excluded.has(path)) return true;
    const own = this.#own.verdict(this.#settings.cwd, path, isFolder);
    if (own !== null) return own;
    if (ignoredByName(name, isFolder)) return true;
    for (let rule = rules; rule !== null; rule = rule.above) {
      const verdict = rule.patterns.verdict(rule.folder, path, isFolder);
      if (verdict !== null) return verdict;
    }
    return false;
  }

  /** The rules of `folder`, from its ignore files when it has some. `root`: it is one of the watched folders. */
  enter(folder: string, names: ReadonlySet<string>, above: FolderRules | null, root: boolean) {
    let rules = above;
    if (root && names.has(".dockerignore")) {
      const lines = dockerPatterns(readLines(join(folder, ".dockerignore")));
      if (lines.length > 0) rules = { above: rules, folder, patterns: new Patterns(lines) };
    }
    if (names.has(".gitignore")) {
      const lines = readLines(join(folder, ".gitignore"));
      if (lines.length > 0) rules = { above: rules, folder, patterns: new Patterns(lines) };
    }
    return rules;
  }

  /** What the repository around a watched folder says, unless it ignores that very folder: it was asked for by name. */
  around(root: string): FolderRules | null {
    const folders: string[] = [];
    let folder = root;
    while (!existsSync(join(folder, ".git"))) {
      const parent = dirname(folder);
      if (parent === folder) return null;
      folders.unshift(parent);
      folder = parent;
    }
    let rules: FolderRules | null = null;
    for (const outer of folders) {
      if (!existsSync(join(outer, ".gitignore"))) continue;
      const patterns = new Patterns(readLines(join(outer, ".gitignore")));
      if (patterns.verdict(outer, root, true) === true) continue;
      rules = { above: rules, folder: outer, patterns };
    }
    return rules;
  }
}

export const isIgnoreFile = (name: string): boolean => IGNORE_FILES.includes(name);

export class Patterns {
  readonly #lines: readonly string[];
  #matcher: Ignore | null = null;
  #verdicts = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines.filter((line) => line.trim() !== "");
  }

  /** true: ignored; false: brought back by `!`; null: nothing is said about it. */
  verdict(base: string, path: string, isFolder: boolean): boolean | null {
    if (this.#lines.length === 0) return null;
    const local = relative(base, path);
    if (local === "" || local.startsWith("..")) return null;
    if (this.#matcher === null || this.#verdicts >= VERDICTS_MAX) {
      this.#matcher = createIgnore().add([...this.#lines]);
      this.#verdicts = 0;
    }
    this.#verdicts += 1;
    const { ignored, unignored } = this.#matcher.test(isFolder ? `${local}/` : local);
    return ignored ? true : unignored ? false : null;
  }
}

function readLines(path: string): string[] {
  try {
    const text = readFileSync(path, "utf8");
    return text.length > FILE_BYTES_MAX ? [] : text.split(/\r?\n/);
  } catch {
    return [];
  }
}

/**
 * Patterns of a .dockerignore are anchored at its folder. One that first ignores everything lists what the image
 * gets, which says nothing about sources: it is not used.
 */
function dockerPatterns(lines: readonly string[]): string[] {
  const patterns = lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (patterns.some((line) => /^\.?\/?(\*|\*\*|\*\*\/\*|\.)$/.test(line))) return [];
  return patterns.map((line) => {
    const keep = line.startsWith("!");
    const path = (keep ? line.slice(1) : line).replace(/^\.?\/+/, "");
    return `${keep ? "!" : ""}/${path}`;
  });
}
