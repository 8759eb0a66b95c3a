import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Libc } from "#edge/native/libc.js";
import { AF_INET, AF_INET6 } from "#edge/native/socket-address.js";
import { type CallName, callName, MACHINES } from "./machine-abi.js";

/** A system call as a service made it; it waits for the answer. */
export interface ToldCall {
  readonly id: bigint;
  /** Of the thread. */
  readonly tid: number;
  /** null: none of those that are known. */
  readonly name: CallName | null;
  /** Six of them, whatever the call takes. */
  readonly args: readonly bigint[];
}

/** An address of TCP or UDP. */
export interface BoundAddress {
  readonly family: 4 | 6;
  /** Numeric; for IPv6 all eight groups, but of one that stands for IPv4 `::ffff:127.0.0.1`. */
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
/** Smaller than a page of any machine: what is read in one go lies in one page. */
const PAGE_BYTES = 4_096;
/** PATH_MAX. */
const PATH_BYTES_MAX = 4_096;
const NAME_PIECE_BYTES = 256;

/** `struct seccomp_notif`. */
export function parseNotification(bytes: Buffer): ToldCall {
  const machine = MACHINES[process.arch];
  return {
    id: bytes.readBigUInt64LE(0),
    tid: bytes.readUInt32LE(8),
    name: machine === undefined ? null : callName(machine, bytes.readInt32LE(16)),
    args: Array.from({ length: 6 }, (_, index) => bytes.readBigUInt64LE(32 + index * 8)),
  };
}

/** An argument that is an `int`. */
export function intArgument({ args }: ToldCall, index: number): number {
  return Number((args[index] ?? 0n) & 0xffff_ffffn) | 0;
}

/** An argument that is an address in the memory of the process. */
export function addressArgument({ args }: ToldCall, index: number): bigint {
  return args[index] ?? 0n;
}

/**
 * The socket address that the call names by its second and third argument; null: nothing can be read. Throws an error with
 * `code` where reading is forbidden.
 */
export function readAddress(libc: Libc, listener: number, call: ToldCall): Buffer | null {
  const length = Math.min(intArgument(call, 2) >>> 0, ADDRESS_BYTES_MAX);
  const bytes = Buffer.alloc(length);
  withMemory(call, (memory) => {
    readSync(memory, bytes, 0, length, addressArgument(call, 1) as unknown as number);
  });
  return stillWaits(libc, listener, call) ? bytes : null;
}

/** The string at an address of its memory, as bytes of latin1; null: nothing that ends can be read. Throws as `readAddress`. */
export function readPath(libc: Libc, listener: number, call: ToldCall, at: bigint): Buffer | null {
  const pieces: Buffer[] = [];
  const ended = withMemory(call, (memory) => {
    for (let from = at, length = 0; length < PATH_BYTES_MAX; ) {
      const inPage = PAGE_BYTES - Number(from % BigInt(PAGE_BYTES));
      const piece = Buffer.alloc(Math.min(inPage, NAME_PIECE_BYTES));
      const read = readSync(memory, piece, 0, piece.length, from as unknown as number);
      const end = piece.subarray(0, read).indexOf(0);
      pieces.push(piece.subarray(0, end < 0 ? read : end));
      if (end >= 0) return true;
      if (read === 0) return false;
      from += BigInt(read);
      length += read;
    }
    return false;
  });
  return ended && stillWaits(libc, listener, call) ? Buffer.concat(pieces) : null;
}

function withMemory<T>({ tid }: ToldCall, read: (memory: number) => T): T {
  const memory = openSync(`/proc/${tid}/mem`, "r");
  try {
    return read(memory);
  } finally {
    closeSync(memory);
  }
}

/** Only after reading it is certain that this was not another process with the same number. */
function stillWaits(libc: Libc, listener: number, { id }: ToldCall): boolean {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(id);
  return libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, number) === 0;
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
  const isMapped = host.subarray(0, 10).every(isZero) && host.readUInt16BE(10) === 0xffff;
  const text = isMapped ? `::ffff:${host.subarray(12).join(".")}` : groups.join(":");
  return { family: 6, host: text, wildcard: host.every(isZero), port };
}

const isZero = (byte: number): boolean => byte === 0;

/** The kernel goes on with the call as it was made. */
export function answerContinue(libc: Libc, listener: number, { id }: ToldCall): void {
  answer(libc, listener, id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

/** `errno` 0: it is done. */
export function answerDone(libc: Libc, listener: number, { id }: ToldCall, errno: number): void {
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
  call: ToldCall,
  socket: number,
): number {
  const { id, tid } = call;
  const fd = intArgument(call, 0);
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
