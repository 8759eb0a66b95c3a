import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DurationMs } from "#base/time.js";
import type { Settings } from "#config/settings.js";
import { ownOutputFiles } from "#edge/own-output-files.js";
import type { ContentId } from "#model/generation.js";
import { folderWatch, noFolderWatch } from "./folder-watch.js";
import { IgnoreRules } from "./ignore-rules.js";
import { silentFileSystem } from "./needs-polling.js";
import { Tree } from "./tree.js";
import { inotifyLimit, type WatchWarning } from "./watch-warning.js";

export type WatchSettings = Pick<
  Settings,
  "cwd" | "recipe" | "artifact" | "watch" | "ignore" | "poll" | "store"
>;

export interface Reading {
  /** null: the files changed faster than they could be read, or the program to run is not there. */
  readonly content: ContentId | null;
  /** Files that differ from the reading before, at most 20, relative to the working directory. */
  readonly changed: readonly string[];
  /** One of them has gone or is empty: it may be in the midst of being saved. */
  readonly midSave: boolean;
  /** Nothing to read yet: the program's file does not exist. The watcher hears when it comes. */
  readonly missing: boolean;
}

export interface Watching {
  /** Readings are taken one after the other, in the order in which they were asked for. */
  read(): Promise<Reading>;
  size(): { readonly files: number; readonly folders: number; readonly polling: boolean };
  close(): void;
}

/** A look at everything costs at most a thousandth of a core, and finds what the kernel failed to tell. */
const PATROL = { share: 1_000, minMs: 10_000, maxMs: 600_000 };
/** Without a kernel that tells, looking is all there is: a thirtieth of a core. */
const POLL = { share: 30, minMs: 250, maxMs: 10_000 };

/**
 * Watches from the first reading on. `onNotice` is called once a turn, never from inside a call, whenever content may have
 * changed; `read` finds out whether it did.
 */
export function startWatching(
  settings: WatchSettings,
  onNotice: () => void,
  onWarning: (warning: WatchWarning) => void,
): Watching {
  return new Watcher(settings, onNotice, onWarning);
}

/** The files and folders whose content counts: for a ready-made program, that file and what was asked for besides. */
export function watchedRoots(settings: WatchSettings): string[] {
  const { recipe, artifact, watch, cwd } = settings;
  if (recipe !== "artifact" || artifact === null) return [...new Set(watch)];
  return [...new Set([artifact, ...watch.filter((path) => path !== cwd)])];
}

class Watcher implements Watching {
  readonly #settings: WatchSettings;
  readonly #roots: string[];
  readonly #onNotice: () => void;
  readonly #onWarning: (warning: WatchWarning) => void;
  readonly #program: string | null;
  #tree: Tree;
  #polling: boolean;
  #limitHit: "ENOSPC" | "EMFILE" | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #notice: NodeJS.Immediate | null = null;
  #patrol: NodeJS.Timeout | null = null;
  #lastDigest: string | null = null;
  #closed = false;

  constructor(
    settings: WatchSettings,
    onNotice: () => void,
    onWarning: (warning: WatchWarning) => void,
  ) {
    this.#settings = settings;
    this.#roots = watchedRoots(settings);
    this.#onNotice = onNotice;
    this.#onWarning = onWarning;
    this.#program = settings.recipe === "artifact" ? settings.artifact : null;
    this.#polling = settings.poll === "always";
    if (settings.poll === "auto") this.#pollWhereSilent();
    this.#tree = this.#plant();
    void this.#inTurn(() => this.#scan(false));
  }

  read(): Promise<Reading> {
    return this.#inTurn(async () => {
      // Events that the kernel has ready are heard first: then what was written before this call is read.
      await nextTurn();
      const digest = await this.#scan(this.#polling);
      const missing = this.#program !== null && !this.#tree.has(this.#program);
      if (digest === null || missing)
        return { content: null, changed: [], midSave: false, missing };
      const content = createHash("sha256").update(digest, "binary").digest("hex").slice(0, 12);
      this.#lastDigest = digest;
      return { content, ...this.#tree.takeChanged(), missing };
    });
  }

  size() {
    return { ...this.#tree.size(), polling: this.#polling };
  }

  close(): void {
    this.#closed = true;
    if (this.#notice !== null) clearImmediate(this.#notice);
    if (this.#patrol !== null) clearTimeout(this.#patrol);
    this.#tree.close();
  }

  #pollWhereSilent(): void {
    for (const path of this.#roots) {
      const fileSystem = silentFileSystem(path);
      if (fileSystem === null) continue;
      this.#polling = true;
      setImmediate(() => this.#onWarning({ kind: "silent-file-system", path, fileSystem }));
      return;
    }
  }

  #plant(): Tree {
    const { cwd, ignore, store } = this.#settings;
    const excluded = [store.dir, "/proc", "/sys", "/dev", ...buildCaches(), ...ownOutputFiles()];
    return new Tree({
      roots: this.#roots,
      cwd,
      rules: new IgnoreRules({ cwd, ignore, excluded }),
      program: this.#program,
      folders: this.#polling ? noFolderWatch : folderWatch((code) => this.#onLimit(code)),
      onEvent: () => this.#tell(),
    });
  }

  /** Other programs need inotify too: all watches are given back, not only the one that was refused. */
  #onLimit(code: "ENOSPC" | "EMFILE"): void {
    if (this.#limitHit === null && this.#settings.poll !== "never") this.#tell();
    if (this.#limitHit === null) this.#onWarning(inotifyLimit(code));
    this.#limitHit = code;
  }

  #pollFromNowOn(): void {
    this.#polling = true;
    this.#tree.close();
    this.#tree = this.#plant();
  }

  async #scan(everything: boolean): Promise<string | null> {
    if (this.#closed) return null;
    const began = performance.now();
    const digest = await this.#tree.scan(everything);
    const whole = everything || this.#patrol === null;
    if (this.#limitHit !== null && !this.#polling && this.#settings.poll !== "never") {
      this.#pollFromNowOn();
      return await this.#scan(true);
    }
    if (whole) this.#planPatrol(performance.now() - began);
    return digest;
  }

  #planPatrol(costMs: DurationMs): void {
    if (this.#closed) return;
    const { share, minMs, maxMs } = this.#polling ? POLL : PATROL;
    if (this.#patrol !== null) clearTimeout(this.#patrol);
    const delayMs = Math.min(maxMs, Math.max(minMs, costMs * share));
    this.#patrol = setTimeout(() => {
      void this.#inTurn(async () => {
        const digest = await this.#scan(true);
        if (this.#lastDigest !== null && digest !== this.#lastDigest) this.#tell();
      });
    }, delayMs);
    if (!this.#polling) this.#patrol.unref();
  }

  #tell(): void {
    if (this.#closed) return;
    this.#notice ??= setImmediate(() => {
      this.#notice = null;
      this.#onNotice();
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** Go's caches change with every build; in a container they may well lie below the watched folder. */
function buildCaches(): string[] {
  const { GOCACHE, GOMODCACHE, GOPATH } = process.env;
  const home = homedir();
  const caches = [GOCACHE, GOMODCACHE, GOPATH && join(GOPATH, "pkg"), join(home, "go", "pkg")];
  return [...caches, join(home, ".cache")].filter((path): path is string => Boolean(path));
}
