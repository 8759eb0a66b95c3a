import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import { makeFolder } from "#edge/make-folder.js";
import { fileLocks } from "#edge/native/file-lock.js";
import { knownFailure, type StoreFailure, storeFailure } from "./store-failure.js";

/** Makes the folder and takes it for this process. Answers the descriptor that holds the lock. */
export function takeFolder(dir: string): Result<number, StoreFailure> {
  let fd: number;
  try {
    makeFolder(dir);
    if (!statSync(dir).isDirectory()) return fail(knownFailure("not-a-directory", dir));
    fd = openSync(join(dir, "lock"), constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch (error) {
    return fail(storeFailure(error, dir));
  }
  if (!fileLocks().lock(fd)) {
    const holder = readFileSync(fd, "utf8").trim();
    closeSync(fd);
    return fail(knownFailure("locked", dir, /^\d+$/.test(holder) ? `: process ${holder}` : ""));
  }
  try {
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
  } catch (error) {
    closeSync(fd);
    return fail(storeFailure(error, dir));
  }
  return ok(fd);
}

/**
 * Does once what every build will do: write a program beside, make it durable, rename it into place and have it be
 * executable. A volume on which this fails must be known before anything serves from it.
 */
export function tryFolder(dir: string): StoreFailure | null {
  const beside = join(dir, "tmp", "probe");
  const place = join(dir, ".probe");
  try {
    rmSync(place, { recursive: true, force: true });
    makeFolder(beside);
    const program = join(beside, "artifact");
    const fd = openSync(program, "w", 0o755);
    try {
      writeSync(fd, Buffer.alloc(4_096, "#"));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    chmodSync(program, 0o755);
    renameSync(beside, place);
    // The kernel answers EACCES on a noexec mount, whatever the mode says and whoever asks.
    if (!mayExecute(join(place, "artifact"))) return knownFailure("no-exec", dir);
    return null;
  } catch (error) {
    return storeFailure(error, dir);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
