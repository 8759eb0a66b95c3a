import { readFileSync, readlinkSync, statSync } from "node:fs";
import type { FileAccess } from "#edge/listeners/slots/shared-socket.js";
import { isStreamIn } from "#edge/listeners/slots/unix-table.js";

/** By what a thread creates files. */
export interface Caller {
  readonly umask: number;
  readonly uid: number;
  readonly gid: number;
}

/** null: it is gone, or may not be looked at. */
export function callerOf(tid: number): Caller | null {
  try {
    return parseCaller(readFileSync(`/proc/${tid}/status`, "latin1"));
  } catch {
    return null;
  }
}

/** Of /proc/PID/status: the umask, and the last of the four users and groups, by which files are created. */
export function parseCaller(status: string): Caller | null {
  const umask = /^Umask:\s+([0-7]+)$/m.exec(status)?.[1];
  const last = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+\\d+\\s+\\d+\\s+\\d+\\s+(\\d+)$`, "m").exec(status)?.[1]);
  const [uid, gid] = [last("Uid"), last("Gid")];
  if (umask === undefined || !Number.isInteger(uid) || !Number.isInteger(gid)) return null;
  return { umask: Number.parseInt(umask, 8), uid, gid };
}

/** What the file of its socket would be like if it bound it itself. null: nobody can tell. */
export function accessOf(tid: number, fd: number): FileAccess | null {
  const caller = callerOf(tid);
  const socket = modeOfSocket(tid, fd);
  if (caller === null || socket === null) return null;
  const { umask, uid, gid } = caller;
  const ours = uid === process.geteuid?.() && gid === process.getegid?.();
  return { mode: socket & ~umask & 0o777, owner: ours ? null : { uid, gid } };
}

/** fchmod(2) before bind(2) narrows it. */
function modeOfSocket(tid: number, fd: number): number | null {
  try {
    return statSync(`/proc/${tid}/fd/${fd}`).mode;
  } catch {
    return null;
  }
}

/** Whether it is a Unix socket for streams. */
export function isUnixStream(tid: number, fd: number): boolean {
  try {
    const inode = Number(/\d+/.exec(readlinkSync(`/proc/${tid}/fd/${fd}`))?.[0]);
    return isStreamIn(readFileSync(`/proc/${tid}/net/unix`, "latin1"), inode);
  } catch {
    return false;
  }
}
