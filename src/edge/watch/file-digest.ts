import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import type { Breath } from "./breath.js";

/** What a file looked like when it was hashed. Equal numbers mean equal content, unless `racy`. */
export interface FileEntry {
  readonly kind: "file";
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  /** Changed so shortly before it was read that a later change could carry the same times. */
  readonly racy: boolean;
  /** SHA-256, as 32 characters of one byte each. */
  readonly digest: string;
}

/** Reuses one buffer for all files. */
export const READ_BYTES = 256 * 1024;
/** Files above it are known by size and times: hashing them at every touch would hold everything up. */
const HASHED_BYTES_MAX = 64 << 20;
/** Kernel clocks tick at least every 10 ms. */
const TICK_MS = 20;

export const looksSame = (entry: FileEntry, stats: Stats): boolean =>
  !entry.racy &&
  entry.size === stats.size &&
  entry.mtimeMs === stats.mtimeMs &&
  entry.ctimeMs === stats.ctimeMs &&
  entry.ino === stats.ino;

/** Hashes a regular file. null: it vanished. What cannot be read is an entry all the same, always the same. */
export async function digestFile(
  path: string,
  options: { readonly buffer: Buffer; readonly breath: Breath; readonly executable: boolean },
): Promise<FileEntry | null> {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return isGone(error) ? null : unreadable();
  }
  try {
    const before = fstatSync(fd);
    if (!before.isFile()) return unreadable();
    const hash = createHash("sha256");
    if (options.executable) hash.update((before.mode & 0o111) === 0 ? "plain\0" : "executable\0");
    if (before.size > HASHED_BYTES_MAX && !options.executable) {
      hash.update(`${before.size} ${before.mtimeMs} ${before.ino}`);
    } else {
      for (let at = 0; ; ) {
        const count = readSync(fd, options.buffer, 0, READ_BYTES, at);
        hash.update(options.buffer.subarray(0, count));
        at += count;
        if (count < READ_BYTES) break;
        if (options.breath.isDue()) await options.breath.take();
      }
    }
    const { size, mtimeMs, ctimeMs, ino } = before;
    const after = fstatSync(fd);
    const moved = after.size !== size || after.mtimeMs !== mtimeMs || after.ctimeMs !== ctimeMs;
    const racy = moved || Math.abs(Date.now() - Math.max(mtimeMs, ctimeMs)) < TICK_MS;
    return { kind: "file", size, mtimeMs, ctimeMs, ino, racy, digest: hash.digest("binary") };
  } catch (error) {
    return isGone(error) ? null : unreadable();
  } finally {
    closeSync(fd);
  }
}

/** An entry for what has no content of its own: a broken link, a file nobody may read. */
export function constantEntry(text: string): FileEntry {
  const digest = createHash("sha256").update(text).digest("binary");
  return { kind: "file", size: -1, mtimeMs: 0, ctimeMs: 0, ino: 0, racy: true, digest };
}

const unreadable = (): FileEntry => constantEntry("unreadable");

export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ESTALE";
}
