import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Libc } from "#edge/native/libc.js";
import { AF_INET, AF_INET6 } from "#edge/native/socket-address.js";

/** bind(2) as a service called it; it waits for the answer. */
export interface BindRequest {
  readonly id: bigint;
  /** Of the thread. */
  readonly tid: number;
  readonly fd: number;
  /** Where the address lies in the memory of the process. */
  readonly addressAt: bigint;
  readonly addressLength: number;
}

/** An address of TCP or UDP. */
export interface BoundAddress {
  readonly family: 4 | 6;
  /** Numeric; for IPv6 all eight groups. */
  readonly host: string;
  readonly wildcard: boolean;
  readonly port: number;
}

export const NOTIFICATION_BYTES = 80;
export const SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
const SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
const SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
const SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103;
const SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
const SECCOMP_ADDFD_FLAG_SETFD = 1;
const O_CLOEXEC = 0o2000000;
/** An address is never longer (`struct sockaddr_storage`). */
const ADDRESS_BYTES_MAX = 128;

/** `struct seccomp_notif`. */
export function parseNotification(bytes: Buffer): BindRequest {
  const argument = (index: number) => bytes.readBigUInt64LE(32 + index * 8);
  return {
    id: bytes.readBigUInt64LE(0),
    tid: bytes.readUInt32LE(8),
    fd: Number(argument(0) & 0xffff_ffffn) | 0,
    addressAt: argument(1),
    addressLength: Number(argument(2) & 0xffff_ffffn),
  };
}

/** The address that is bound to; null: none of TCP or UDP, or nothing can be read. Throws an error with `code` where reading is forbidden. */
export function readAddress(libc: Libc, listener: number, request: BindRequest): Buffer | null {
  const { id, tid, addressAt, addressLength } = request;
  const bytes = Buffer.alloc(Math.min(addressLength, ADDRESS_BYTES_MAX));
  const memory = openSync(`/proc/${tid}/mem`, "r");
  try {
    readSync(memory, bytes, 0, bytes.length, addressAt as unknown as number);
  } finally {
    closeSync(memory);
  }
  // Only now is it certain that this was not another process with the same number.
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(id);
  return libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, number) === 0 ? bytes : null;
}

/** `struct sockaddr_in` and `sockaddr_in6`. null: another family, too short, or of one interface only. */
export function parseAddress(bytes: Buffer): BoundAddress | null {
  if (bytes.length < 8) return null;
  const family = bytes.readUInt16LE(0);
  const port = bytes.readUInt16BE(2);
  if (family === AF_INET) {
    const host = bytes.subarray(4, 8);
    return { family: 4, host: host.join("."), wildcard: host.every(isZero), port };
  }
  if (family !== AF_INET6 || bytes.length < 24) return null;
  if (bytes.length >= 28 && bytes.readUInt32LE(24) !== 0) return null;
  const host = bytes.subarray(8, 24);
  const groups = Array.from({ length: 8 }, (_, at) => host.readUInt16BE(at * 2).toString(16));
  return { family: 6, host: groups.join(":"), wildcard: host.every(isZero), port };
}

const isZero = (byte: number): boolean => byte === 0;

/** The kernel goes on with the call as it was made. */
export function answerContinue(libc: Libc, listener: number, { id }: BindRequest): void {
  answer(libc, listener, id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

/** `errno` 0: it is done. */
export function answerBind(libc: Libc, listener: number, { id }: BindRequest, errno: number): void {
  answer(libc, listener, id, -errno, 0);
}

function answer(libc: Libc, listener: number, id: bigint, error: number, flags: number): void {
  const response = Buffer.alloc(24);
  response.writeBigUInt64LE(id, 0);
  response.writeInt32LE(error, 16);
  response.writeUInt32LE(flags, 20);
  libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
}

/** Puts a copy of `socket` in the place of the descriptor that was to be bound. 0 or an error number. */
export function replaceDescriptor(
  libc: Libc,
  listener: number,
  { id, tid, fd }: BindRequest,
  socket: number,
): number {
  const command = Buffer.alloc(24);
  command.writeBigUInt64LE(id, 0);
  command.writeUInt32LE(SECCOMP_ADDFD_FLAG_SETFD, 8);
  command.writeUInt32LE(socket, 12);
  command.writeUInt32LE(fd, 16);
  command.writeUInt32LE(descriptorFlags(tid, fd) & O_CLOEXEC, 20);
  return libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, command) < 0 ? libc.errno() : 0;
}

/** As open(2) takes them; 0 where they cannot be seen. */
export function descriptorFlags(tid: number, fd: number): number {
  try {
    const text = readFileSync(`/proc/${tid}/fdinfo/${fd}`, "latin1");
    return Number.parseInt(/^flags:\s+(\d+)/m.exec(text)?.[1] ?? "0", 8);
  } catch {
    return 0;
  }
}
