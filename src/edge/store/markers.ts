import { readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact, ArtifactId } from "#model/generation.js";
import { hashFile } from "./hash-file.js";
import { type StoreFailure, storeFailure } from "./store-failure.js";
import { syncToDisk } from "./sync-to-disk.js";

/** Remembers, beyond this process and a crash of the machine, the artifact that passed its probation last. */
export async function markGood(dir: string, artifact: ArtifactId): Promise<StoreFailure | null> {
  const beside = join(dir, "good.new");
  try {
    await syncToDisk(join(dir, artifact, "artifact"));
    await syncToDisk(join(dir, artifact));
    await writeFile(beside, `${artifact}\n`);
    await syncToDisk(beside);
    await rename(beside, join(dir, "good"));
    await syncToDisk(dir);
    return null;
  } catch (error) {
    return storeFailure(error, dir);
  }
}

export function markedGood(dir: string): ArtifactId | null {
  try {
    const id = readFileSync(join(dir, "good"), "utf8").trim();
    return /^[0-9a-f]{12}$/.test(id) ? id : null;
  } catch {
    return null;
  }
}

/** null: none was marked, or its bytes are not what its name says. */
export async function lastGood(dir: string): Promise<Artifact | null> {
  const id = markedGood(dir);
  if (id === null) return null;
  const hashed = await hashFile(join(dir, id, "artifact")).catch(() => null);
  return hashed?.sha256.startsWith(id) === true ? { id, content: null } : null;
}

/** The link is swapped by a rename: whoever looks sees the old artifact or the new one. */
export function setCurrent(dir: string, artifact: ArtifactId): StoreFailure | null {
  const beside = join(dir, "current.new");
  try {
    rmSync(beside, { force: true });
    symlinkSync(artifact, beside);
    renameSync(beside, join(dir, "current"));
    return null;
  } catch (error) {
    return storeFailure(error, dir);
  }
}
