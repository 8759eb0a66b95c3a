import { closeSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import { makeFolder } from "#edge/make-folder.js";
import type { Artifact, ArtifactId, ContentId } from "#model/generation.js";
import { type Adopted, adoptOutput } from "./adopt-output.js";
import type { Hashed } from "./hash-file.js";
import { lastGood, markedGood, markGood, setCurrent } from "./markers.js";
import { takeFolder, tryFolder } from "./prepare-folder.js";
import { type StoreFailure, storeFailure } from "./store-failure.js";

/**
 * Immutable artifacts, each at `<dir>/<id>/artifact`. They are written beside and renamed on one file system, so that
 * no path ever shows half a program and nobody's running text is written to.
 */
export interface Store {
  readonly dir: string;
  /** The file to execute. It exists as long as the artifact is kept. */
  pathOf(artifact: ArtifactId): string;
  has(artifact: ArtifactId): boolean;
  /** Where a build may write its output. Given back by `adopt` or `discard`. */
  newOutput(): Result<string, StoreFailure>;
  discard(output: string): void;
  /** Names an output by its content; `known`: its hash, where it has just been taken. An artifact that is there already is kept as it is. */
  adopt(
    output: string,
    content: ContentId | null,
    known?: Hashed | null,
  ): Promise<Result<Adopted, StoreFailure>>;
  /** Removes every artifact but these, the last good one, the newest adopted, and as many of the rest as may be kept. */
  collect(keep: readonly ArtifactId[]): void;
  /** Durable from then on. */
  markGood(artifact: ArtifactId): Promise<StoreFailure | null>;
  /** What was marked good last, here or in an earlier run, if it is whole. */
  lastGood(): Promise<Artifact | null>;
  /** Points `<dir>/current` to it. */
  setCurrent(artifact: ArtifactId): StoreFailure | null;
  close(): void;
}

const ARTIFACT_ID = /^[0-9a-f]{12}$/;

/**
 * Takes the store for this process, removes what an earlier one left half-done, and tries it out. `keep`: asked at each
 * collection, so that it may change.
 */
export function openStore(dir: string, keep: () => number): Result<Store, StoreFailure> {
  const lock = takeFolder(dir);
  if (!lock.ok) return lock;
  const failure = clean(dir) ?? tryFolder(dir);
  if (failure !== null) {
    closeSync(lock.value);
    return fail(failure);
  }
  return ok(new ArtifactStore(dir, keep, lock.value));
}

class ArtifactStore implements Store {
  readonly dir: string;
  readonly #keep: () => number;
  readonly #lock: number;
  #outputs = 0;
  #newest: ArtifactId | null = null;
  #good: ArtifactId | null = null;
  #closed = false;

  constructor(dir: string, keep: () => number, lock: number) {
    this.dir = dir;
    this.#keep = keep;
    this.#lock = lock;
  }

  pathOf(artifact: ArtifactId): string {
    return join(this.dir, artifact, "artifact");
  }

  has(artifact: ArtifactId): boolean {
    return statSync(this.pathOf(artifact), { throwIfNoEntry: false })?.isFile() ?? false;
  }

  newOutput(): Result<string, StoreFailure> {
    this.#outputs += 1;
    const folder = join(this.dir, "tmp", `${process.pid}-${this.#outputs}`);
    try {
      makeFolder(folder);
      return ok(join(folder, "artifact"));
    } catch (error) {
      return fail(storeFailure(error, this.dir));
    }
  }

  discard(output: string): void {
    removeTree(join(output, ".."));
  }

  async adopt(
    output: string,
    content: ContentId | null,
    known: Hashed | null = null,
  ): Promise<Result<Adopted, StoreFailure>> {
    const adopted = await adoptOutput(this.dir, output, content, known);
    if (adopted.ok) this.#newest = adopted.value.artifact.id;
    this.discard(output);
    return adopted;
  }

  collect(keep: readonly ArtifactId[]): void {
    const kept = new Set([...keep, this.#newest, this.#good ?? markedGood(this.dir)]);
    const present = artifactsIn(this.dir);
    const spare = present.filter(({ id }) => !kept.has(id));
    const room = Math.max(0, this.#keep() - (present.length - spare.length));
    for (const { id } of spare.slice(room)) removeTree(join(this.dir, id));
  }

  markGood(artifact: ArtifactId): Promise<StoreFailure | null> {
    this.#good = artifact;
    return markGood(this.dir, artifact);
  }

  lastGood(): Promise<Artifact | null> {
    return lastGood(this.dir);
  }

  setCurrent(artifact: ArtifactId): StoreFailure | null {
    return setCurrent(this.dir, artifact);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    removeTree(join(this.dir, "tmp"));
    closeSync(this.#lock);
  }
}

/** Newest first. */
function artifactsIn(dir: string): { id: ArtifactId; at: number }[] {
  return readdirSync(dir)
    .filter((name) => ARTIFACT_ID.test(name))
    .map((id) => ({ id, at: statSync(join(dir, id), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
}

function clean(dir: string): StoreFailure | null {
  try {
    const beside = join(dir, "tmp");
    makeFolder(beside);
    for (const name of readdirSync(beside)) rmSync(join(beside, name), { recursive: true });
    for (const { id } of artifactsIn(dir)) {
      const artifact = statSync(join(dir, id, "artifact"), { throwIfNoEntry: false });
      if (artifact?.isFile() !== true || artifact.size === 0) removeTree(join(dir, id));
    }
    return null;
  } catch (error) {
    return storeFailure(error, dir);
  }
}

/** What cannot be removed now is removed at the next opening. */
function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    return;
  }
}
