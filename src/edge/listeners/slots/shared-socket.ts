import { chmodSync, chownSync, fchmodSync, fstatSync, lstatSync, unlinkSync } from "node:fs";
import { constants } from "node:os";
import { fail, ok, type Result } from "#base/result.js";
import type { Endpoint } from "#edge/listeners/endpoint.js";
import type { ListenFailure } from "#edge/listeners/listen-failure.js";
import { BACKLOG, type OpenSocket, openSocket } from "#edge/listeners/open-socket.js";
import { socketHolder } from "#edge/listeners/socket-holder.js";
import { errnoName, type Libc } from "#edge/native/libc.js";
import { AF_UNIX, addressUnix } from "#edge/native/socket-address.js";
import type { ListenAddress } from "#model/listener.js";

import { unixRows } from "./unix-table.js";

export type UnixAddress = Extract<ListenAddress, { kind: "unix" }>;

/** Who may connect to a Unix socket. */
export interface FileAccess {
  /** Permission bits, as chmod(2) takes them. */
  readonly mode: number;
  /** null: whoever creates it. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** One socket that every generation inherits: Unix sockets, and kernels that cannot steer. During a swap both accept. */
export interface SharedSocket extends OpenSocket {
  close(): void;
}

export function openShared(libc: Libc, endpoint: Endpoint): Result<SharedSocket, ListenFailure> {
  const opened = openSocket(libc, endpoint, false);
  if (!opened.ok) return opened;
  return ok({ ...opened.value, close: () => libc.close(opened.value.fd) });
}

/** Replaces the socket file a dead process left behind, never a live one's and never another kind of file. */
export function openUnix(
  libc: Libc,
  address: UnixAddress,
  access: FileAccess | null = null,
): Result<SharedSocket, ListenFailure> {
  const bytes = addressUnix(address.path);
  const taken = bytes === null ? null : takenBy(libc, address, bytes);
  if (taken !== null) return fail(taken);
  const bound = bindUnix(libc, address, access);
  if (!bound.ok) return bound;
  const fd = bound.value;
  const file = address.path.startsWith("@") ? null : lstatSync(address.path).ino;
  const close = () => {
    libc.close(fd);
    if (file !== null && inodeOf(address.path) === file) unlinkSync(address.path);
  };
  return ok({ fd, inode: fstatSync(fd).ino, close });
}

/** A descriptor that listens there. `access` null: as this process's umask has it. */
export function bindUnix(
  libc: Libc,
  address: UnixAddress,
  access: FileAccess | null = null,
): Result<number, ListenFailure> {
  const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
  const pathFailure = (reason: string) => fail({ kind: "path", address, reason } as const);
  const bytes = addressUnix(address.path);
  if (bytes === null) return pathFailure("the path is longer than 107 bytes");
  const fd = libc.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
  // The file comes into being with what the socket allows, so it is open to nobody else at any instant.
  if (fd >= 0 && access !== null) fchmodSync(fd, access.mode);
  const isBound = fd >= 0 && libc.bind(fd, bytes) === 0;
  if (isBound && access !== null) applyAccess(address.path, access);
  if (isBound && libc.listen(fd, BACKLOG) === 0) return ok(fd);
  const errno = errnoName(libc.errno());
  if (fd >= 0) libc.close(fd);
  return pathFailure(`bind failed with ${errno}`);
}

export function applyAccess(path: string, { mode, owner }: FileAccess): void {
  if (path.startsWith("@")) return;
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
  chmodSync(path, mode);
}

/** Nobody listens there any more. */
export function refusesConnections(libc: Libc, path: string): boolean {
  const bytes = addressUnix(path);
  return bytes !== null && connectTo(libc, bytes) === constants.errno.ECONNREFUSED;
}

/** 0 or an error number. */
function connectTo(libc: Libc, bytes: Buffer): number {
  const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;
  const fd = libc.socket(AF_UNIX, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
  const answer = libc.connect(fd, bytes) === 0 ? 0 : libc.errno();
  libc.close(fd);
  return answer;
}

/** Asks whoever listens at the path by connecting: only a refusal proves that nobody does. */
function takenBy(libc: Libc, address: UnixAddress, bytes: Buffer): ListenFailure | null {
  const { path } = address;
  if (!path.startsWith("@")) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (!stat.isSocket())
      return { kind: "path", address, reason: "a file that is no socket is there" };
  }
  const answer = connectTo(libc, bytes);
  if (answer === constants.errno.ECONNREFUSED) {
    if (!path.startsWith("@")) unlinkSync(path);
    return null;
  }
  if (answer === 0 || answer === constants.errno.EAGAIN) {
    return { kind: "in-use", address, holder: unixHolder(path), shared: false };
  }
  return { kind: "path", address, reason: `connecting to it failed with ${errnoName(answer)}` };
}

function unixHolder(path: string) {
  const row = unixRows().find((each) => each.listens && each.path === path);
  return row === undefined ? null : socketHolder(row.inode, new Set());
}

function inodeOf(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
