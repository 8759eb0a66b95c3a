import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fail, ok, type Result } from "#base/result.js";
import { fileLocks } from "#edge/native/file-lock.js";
import type { Adopted } from "#edge/store/adopt-output.js";
import { type Hashed, hashFile } from "#edge/store/hash-file.js";
import type { Store } from "#edge/store/open-store.js";
import { storeFailure } from "#edge/store/store-failure.js";
import type { BuildFailure } from "#model/build-failure.js";
import type { ContentId } from "#model/generation.js";
import { inspectProgram } from "./inspect-program.js";

/** A file must look the same twice, that far apart. */
const APART_MS = 100;

/**
 * Copies a ready-made program into the store, if it is whole. The copy is what runs: whoever writes over the file
 * later meets no running text, and never harms one.
 */
export async function takeArtifact(
  file: string,
  store: Store,
  content: ContentId | null,
  signal: AbortSignal,
): Promise<Result<Adopted, BuildFailure>> {
  const first = look(file);
  if (!first.ok) return first;
  const began = performance.now();
  const output = store.newOutput();
  if (!output.ok) return storeFails(output.error.detail);
  const copied = await copyAndCompare(file, output.value, first.value, began, signal, store.dir);
  if (!copied.ok) {
    store.discard(output.value);
    return copied;
  }
  const adopted = await store.adopt(output.value, content, copied.value);
  return adopted.ok ? adopted : storeFails(adopted.error.detail);
}

async function copyAndCompare(
  file: string,
  output: string,
  first: Stats,
  began: number,
  signal: AbortSignal,
  storeDir: string,
): Promise<Result<Hashed, BuildFailure>> {
  try {
    await copyFile(file, output, constants.COPYFILE_FICLONE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && statSync(file, { throwIfNoEntry: false }) === undefined) {
      return fail(incomplete(`${file} vanished while it was copied`));
    }
    return fail({ kind: "store", detail: storeFailure(error, storeDir).detail });
  }
  try {
    const copy = await hashFile(output);
    const restMs = APART_MS - (performance.now() - began);
    if (restMs > 0) await setTimeout(restMs, undefined, { signal });
    const second = look(file);
    if (!second.ok) return second;
    const again = await hashFile(file);
    const same = sameLooks(first, second.value) && copy.sha256 === again.sha256;
    if (!same) return fail(incomplete(`${file} is still being written`));
    const misfit = unfit(output, file);
    return misfit === null ? ok(copy) : fail(misfit);
  } catch {
    return fail(incomplete(`${file} changed while it was read`));
  }
}

/** What can be told without reading it. */
function look(file: string): Result<Stats, BuildFailure> {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return fail(incomplete(`${file} is not there`));
    return fail({ kind: "unusable", detail: `${file} cannot be read (${code})` });
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return fail({ kind: "unusable", detail: `${file} is no file` });
    if (fileLocks().hasWriter(fd) === true) {
      return fail(incomplete(`${file} is open for writing`));
    }
    if ((stats.mode & 0o111) === 0) {
      return fail({ kind: "unusable", detail: `${file} is not executable (chmod +x)` });
    }
    return ok(stats);
  } finally {
    closeSync(fd);
  }
}

function unfit(copy: string, name: string): BuildFailure | null {
  try {
    const inspection = inspectProgram(copy, name);
    return inspection.kind === "good" ? null : inspection;
  } catch {
    return incomplete(`${name} could not be read back`);
  }
}

const sameLooks = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;

const incomplete = (detail: string): BuildFailure => ({ kind: "incomplete", detail });
const storeFails = (detail: string): Result<never, BuildFailure> => fail({ kind: "store", detail });
