import type { Libc } from "./libc.js";

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const HEADER_BYTES = 56;
const CONTROL_HEADER_BYTES = 16;

/** Sends one byte (or `data`) together with copies of descriptors (at most 253). False: the other side is gone, or is full. */
export function sendDescriptors(
  libc: Libc,
  socket: number,
  fds: readonly number[],
  data: Buffer = Buffer.alloc(1),
): boolean {
  const control = Buffer.alloc(controlBytes(fds.length));
  control.writeBigUInt64LE(BigInt(CONTROL_HEADER_BYTES + fds.length * 4), 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  for (const [index, fd] of fds.entries()) {
    control.writeInt32LE(fd, CONTROL_HEADER_BYTES + index * 4);
  }
  const message = header(libc, data, fds.length === 0 ? null : control);
  const sent = libc.sendmsg(socket, message.header, MSG_NOSIGNAL);
  return sent === message.data.length;
}

/** Waits (blocking) for what `sendDescriptors` sends. null: the other side is gone. */
export function receiveDescriptors(libc: Libc, socket: number, limit: number): number[] | null {
  const byte = Buffer.alloc(1);
  const control = Buffer.alloc(controlBytes(limit));
  const message = header(libc, byte, control);
  const received = libc.recvmsg(socket, message.header, MSG_CMSG_CLOEXEC);
  if (received !== message.data.length) return null;
  if (message.header.readUInt32LE(40) < CONTROL_HEADER_BYTES) return [];
  const count = (Number(control.readBigUInt64LE(0)) - CONTROL_HEADER_BYTES) / 4;
  return Array.from({ length: count }, (_, index) =>
    control.readInt32LE(CONTROL_HEADER_BYTES + index * 4),
  );
}

const controlBytes = (fds: number): number => CONTROL_HEADER_BYTES + Math.ceil(fds / 2) * 8;

/** `struct msghdr`. Callers use what is handed back after the call: so its parts stay referenced during it. */
function header(libc: Libc, data: Buffer, control: Buffer | null) {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(libc.address(data), 0);
  vector.writeBigUInt64LE(BigInt(data.length), 8);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeBigUInt64LE(libc.address(vector), 16);
  header.writeBigUInt64LE(1n, 24);
  if (control !== null) {
    header.writeBigUInt64LE(libc.address(control), 32);
    header.writeBigUInt64LE(BigInt(control.length), 40);
  }
  return { header, vector, data, control };
}
