import { accessSync, constants, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process that has a socket open. */
export interface SocketHolder {
  readonly pid: number;
  /** Its command line, shortened to 120 characters. */
  readonly command: string;
}

/** Who holds this socket. null: /proc does not let us see (another user's process, another PID namespace). */
export function socketHolder(inode: number, except: ReadonlySet<number>): SocketHolder | null {
  const wanted = `socket:[${inode}]`;
  for (const pid of processIds()) {
    if (except.has(pid)) continue;
    if (socketLinks(pid).includes(wanted)) return { pid, command: commandOf(pid) };
  }
  return null;
}

/** Inodes of all sockets a process has open; empty when it has gone or may not be looked at. */
export function socketInodes(pid: number): number[] {
  return socketLinks(pid).map((link) => Number(link.slice("socket:[".length, -1)));
}

/** Inodes of all sockets that these processes have open; null: one of them may not be looked at. */
export function heldSockets(pids: readonly number[]): ReadonlySet<number> | null {
  for (const pid of pids) {
    try {
      accessSync(`/proc/${pid}/fd`, constants.R_OK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return null;
    }
  }
  return new Set(pids.flatMap(socketInodes));
}

export function processIds(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function commandOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return text.slice(0, 120);
  } catch {
    return "";
  }
}

function socketLinks(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const links: string[] = [];
  let fds: string[];
  try {
    fds = readdirSync(folder);
  } catch {
    return links;
  }
  for (const fd of fds) {
    try {
      const link = readlinkSync(`${folder}/${fd}`);
      if (link.startsWith("socket:[")) links.push(link);
    } catch {
      // Closed since the folder was read.
    }
  }
  return links;
}
