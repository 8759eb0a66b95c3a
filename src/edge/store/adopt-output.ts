import { constants } from "node:fs";
import { access, chmod, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import type { Artifact, ContentId } from "#model/generation.js";
import { type Hashed, hashFile } from "./hash-file.js";
import { knownFailure, type StoreFailure, storeFailure } from "./store-failure.js";

export interface Adopted {
  readonly artifact: Artifact;
  readonly bytes: number;
  /** False: the very same bytes were there before. */
  readonly isNew: boolean;
}

/**
 * Renames the folder of `output` to the name of its content. Nobody waits for the disk here: what a crash of the machine may tear
 * is compared with its name before it is used again, and what is marked good is written through first.
 */
export async function adoptOutput(
  dir: string,
  output: string,
  content: ContentId | null,
  known: Hashed | null = null,
): Promise<Result<Adopted, StoreFailure>> {
  try {
    await chmod(output, 0o755);
    const { sha256, bytes } = known ?? (await hashFile(output));
    const id = sha256.slice(0, 12);
    const artifact = { id, content };
    const place = join(dir, id);
    if (await holds(join(place, "artifact"), sha256, bytes)) {
      await utimes(place, new Date(), new Date());
      return ok({ artifact, bytes, isNew: false });
    }
    if ((await statOrNull(place)) !== null) {
      // Somebody damaged it. A process that runs it keeps its inode.
      await rename(place, `${dirname(output)}.damaged`);
      await rm(`${dirname(output)}.damaged`, { recursive: true, force: true });
    }
    await rename(dirname(output), place);
    if (!(await mayExecute(join(place, "artifact")))) return fail(knownFailure("no-exec", dir));
    return ok({ artifact, bytes, isNew: true });
  } catch (error) {
    return fail(storeFailure(error, dir));
  }
}

async function holds(path: string, sha256: string, bytes: number): Promise<boolean> {
  const stats = await statOrNull(path);
  if (stats === null || stats.size !== bytes) return false;
  return (await hashFile(path)).sha256 === sha256 && (await mayExecute(path));
}

async function statOrNull(path: string) {
  return await stat(path).catch(() => null);
}

async function mayExecute(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
