import { statSync } from "node:fs";
import { assert } from "#base/assert.js";
import type { DurationMs } from "#base/time.js";
import type { Store } from "#edge/store/open-store.js";
import type { StoreFailure } from "#edge/store/store-failure.js";
import type { Watching } from "#edge/watch/start-watching.js";
import type { Artifact, ArtifactId, ContentId } from "#model/generation.js";
import type { Builds } from "#ports/builds.js";
import type { Emit } from "#ports/emit.js";
import { type BuildSettings, type Built, recipeBuild } from "./recipes.js";

export interface BuildsOptions {
  readonly settings: BuildSettings;
  readonly store: Store;
  readonly watching: Pick<Watching, "read">;
  readonly emit: Emit;
  /** From `checkRecipe`; null: found at the first build. */
  readonly mainPackage: string | null;
  /** A build begins: what the next generation needs besides can be made ready meanwhile. */
  readonly onBuildStart?: () => void;
  /** A new artifact was stored. */
  readonly onArtifact?: (artifact: Artifact, bytes: number) => void;
  /** The store cannot remember or forget; building goes on. */
  readonly onStoreFailure?: (failure: StoreFailure) => void;
}

export interface RunningBuilds extends Builds {
  /** Ends what is under way, without events. */
  close(): Promise<void>;
}

/** Between two looks at inputs that could not be read, or at a program that is not whole. Doubles each time. */
const AGAIN_MS = { first: 100, last: 3_000 };

export function createBuilds(options: BuildsOptions): RunningBuilds {
  return new Builder(options);
}

interface Underway {
  readonly build: number;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

class Builder implements RunningBuilds {
  readonly #options: BuildsOptions;
  readonly #build: ReturnType<typeof recipeBuild>;
  #underway: Underway | null = null;
  /** What was marked good reaches the disk in its order, and before the end. */
  #marking: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | null = null;
  #againMs: DurationMs = AGAIN_MS.first;
  #closed = false;

  constructor(options: BuildsOptions) {
    this.#options = options;
    this.#build = recipeBuild(options.settings, options.store, options.mainPackage);
  }

  readInputs(ticket: number): void {
    void this.#options.watching.read().then(({ content, changed, missing, midSave }) => {
      if (content !== null) this.#againMs = AGAIN_MS.first;
      else if (!missing) this.#noticeLater(() => true);
      this.#emit({ kind: "inputs-read", ticket, content, changed, midSave });
    });
  }

  start(build: number, content: ContentId): void {
    assert(this.#underway === null, "I2: at most one build runs");
    const abort = new AbortController();
    this.#options.onBuildStart?.();
    const done = this.#build(content, abort.signal).then((built) => {
      this.#underway = null;
      this.#answer(build, built, abort.signal.aborted);
    });
    this.#underway = { build, abort, done };
  }

  cancel(build: number): void {
    if (this.#underway?.build === build) this.#underway.abort.abort();
  }

  keep(artifacts: readonly ArtifactId[]): void {
    if (this.#options.settings.recipe === "none") return;
    this.#options.store.collect(artifacts);
  }

  markGood(artifact: ArtifactId): void {
    if (this.#options.settings.recipe === "none") return;
    this.#marking = this.#marking.then(async () => {
      const failure = await this.#options.store.markGood(artifact);
      if (failure !== null) this.#options.onStoreFailure?.(failure);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#underway?.abort.abort();
    await this.#underway?.done;
    await this.#marking;
  }

  #answer(build: number, built: Built, cancelled: boolean): void {
    if (built.ok) {
      const { artifact, bytes } = built.value;
      if (bytes > 0) this.#options.onArtifact?.(artifact, bytes);
      this.#againMs = AGAIN_MS.first;
      this.#emit({ kind: "build-succeeded", build, artifact });
    } else if (cancelled) {
      this.#emit({ kind: "build-cancelled", build });
    } else {
      if (built.error.kind === "incomplete") this.#lookAgain();
      this.#emit({ kind: "build-failed", build, failure: built.error });
    }
  }

  /** Whoever writes the program may stop without an event that says so. */
  #lookAgain(): void {
    const before = this.#looks();
    this.#noticeLater(() => this.#looks() !== before || this.#againMs < AGAIN_MS.last);
  }

  #looks(): string {
    const { artifact } = this.#options.settings;
    const stats = artifact && statSync(artifact, { throwIfNoEntry: false });
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : "";
  }

  #noticeLater(still: () => boolean): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.#again = null;
      if (still()) this.#emit({ kind: "change-noticed" });
    }, this.#againMs);
    this.#againMs = Math.min(this.#againMs * 2, AGAIN_MS.last);
  }

  #emit(happening: Parameters<Emit>[0]): void {
    setImmediate(() => {
      if (!this.#closed) this.#options.emit(happening);
    });
  }
}
