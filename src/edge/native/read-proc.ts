import { closeSync, openSync, readSync } from "node:fs";

/** Small enough to come out of Node's pool. */
const PIECE_BYTES = 2_000;

/**
 * A file of /proc as text. null: it is not there, or not for us. readFileSync takes 64 KiB outside of the heap for a file
 * without a size, which are given back late: a look at the process table cost megabytes.
 */
export function readProc(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let text = "";
    for (;;) {
      const length = readSync(fd, piece, 0, PIECE_BYTES, null);
      text += piece.toString("latin1", 0, length);
      if (length === 0) return text;
    }
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}
