import { readFileSync } from "node:fs";

/** A row of /proc/net/unix that has a name. */
export interface UnixRow {
  readonly listens: boolean;
  /** 0: a connection that nobody has accepted yet. */
  readonly inode: number;
  /** As it was bound, whatever its file is called now; `@` begins an abstract one. */
  readonly path: string;
}

/** __SO_ACCEPTCON. */
const ACCEPTS = "00010000";

export function unixRows(): UnixRow[] {
  return parseUnixTable(readFileSync("/proc/self/net/unix", "utf8"));
}

export function parseUnixTable(table: string): UnixRow[] {
  return table.split("\n").flatMap((line) => {
    const row = /^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) (.+)$/.exec(line);
    const [, flags, inode, path] = row ?? [];
    return path === undefined ? [] : { listens: flags === ACCEPTS, inode: Number(inode), path };
  });
}

const SOCK_STREAM = 1;

/** Whether the socket of that inode is one for streams; it may have no name yet. */
export function isStreamIn(table: string, inode: number): boolean {
  return table.split("\n").some((line) => {
    const [, , , , type, , number] = line.trim().split(/\s+/);
    return Number(number) === inode && Number.parseInt(type ?? "", 16) === SOCK_STREAM;
  });
}
