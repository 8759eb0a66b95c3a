/** What git says of a folder, or why it says nothing. */
export type Repository =
  | {
      readonly kind: "found";
      readonly root: string;
      /** The whole hash; null: there is no commit yet. */
      readonly head: string | null;
    }
  /** No `.git` in the folder or above. */
  | { readonly kind: "none" }
  /** There is no program `git`. */
  | { readonly kind: "no-git" }
  /** It is there, and git does not work with it: a foreign owner, a broken repository. */
  | { readonly kind: "refused"; readonly words: string };

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** A Go module's own files, and the repository around it. */
export interface GoSource {
  /** As it was named. */
  readonly folder: string;
  readonly repository: Repository;
  /** Absolute; where go.mod is, else the folder itself. */
  readonly moduleFolder: string;
  /** Of the folder or the nearest above; null: there is none. */
  readonly goMod: TextFile | null;
  readonly goSum: TextFile | null;
  /** go.work that counts here; null: none does. */
  readonly workspace: string | null;
  readonly workSum: TextFile | null;
  /** vendor/modules.txt is there: Go builds what the commit holds, and the program has no checksums. */
  readonly vendored: boolean;
  /** null: there is no `go` in PATH. */
  readonly toolchain: Toolchain | null;
  /** null: not asked, for want of a go.mod or of Go, or because vendor/ is built and not the cache. */
  readonly verified: CommandWords | null;
}

export interface Toolchain {
  /** `go1.26.8` */
  readonly version: string;
  readonly flags: string;
}

export interface CommandWords {
  readonly command: string;
  readonly succeeded: boolean;
  readonly output: string;
}

/** `go list` about one package. */
export interface Staleness {
  readonly path: string;
  readonly isMain: boolean;
  readonly stale: boolean;
  readonly reason: string;
}
