import type { FileAccess } from "#edge/listeners/slots/shared-socket.js";
import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";
import { answerContinue, intArgument, type ToldCall } from "#edge/transparent/calls/told-call.js";
import { giveSocket } from "#edge/transparent/give-socket.js";
import { accessOf, isUnixStream } from "./caller.js";
import { AT_FDCWD } from "./file-act.js";
import { findNamed, type NamedFile } from "./named-file.js";

/** The path of `struct sockaddr_un`. null: another family, an abstract or an unnamed one, or no text. */
export function unixPath(bytes: Buffer): string | null {
  if (bytes.length <= 2 || bytes.readUInt16LE(0) !== AF_UNIX) return null;
  const end = bytes.indexOf(0, 2);
  return textOf(bytes.subarray(2, end < 0 ? bytes.length : end));
}

/** `@name` of an abstract address; null: another one. */
export function abstractName(bytes: Buffer): string | null {
  if (bytes.length <= 3 || bytes.readUInt16LE(0) !== AF_UNIX || bytes[2] !== 0) return null;
  return `@${bytes.toString("utf8", 3).replace(/\0+$/, "")}`;
}

/** null: nothing, or bytes that are no UTF-8. */
export function textOf(bytes: Buffer): string | null {
  const text = bytes.toString("utf8");
  return text !== "" && Buffer.from(text).equals(bytes) ? text : null;
}

/** Answers a bind(2) of a Unix socket. `open` null: the service binds for itself, and the kernel tells it what is wrong. */
export function takeUnixBind(
  libc: Libc,
  listener: number,
  call: ToldCall,
  written: string,
  open: (named: NamedFile, access: FileAccess) => number | null,
): void {
  const fd = intArgument(call, 0);
  const named = isUnixStream(call.tid, fd) ? findNamed(call.tid, AT_FDCWD, written) : null;
  const access = named === null ? null : accessOf(call.tid, fd);
  const socket = named === null || access === null ? null : open(named, access);
  if (socket === null) answerContinue(libc, listener, call);
  else giveSocket(libc, listener, call, socket);
}
