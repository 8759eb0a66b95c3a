import type { Libc } from "#edge/native/libc.js";
import {
  answerDone,
  descriptorFlags,
  intArgument,
  replaceDescriptor,
  type ToldCall,
} from "./calls/told-call.js";

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** Answers a bind(2) with a socket in the place of the caller's own, which waits for connections if that one does. */
export function giveSocket(libc: Libc, listener: number, call: ToldCall, socket: number): void {
  const waits = (descriptorFlags(call.tid, intArgument(call, 0)) & O_NONBLOCK) === 0;
  const flags = libc.fcntl(socket, F_GETFL, 0) & ~O_NONBLOCK;
  libc.fcntl(socket, F_SETFL, waits ? flags : flags | O_NONBLOCK);
  answerDone(libc, listener, call, replaceDescriptor(libc, listener, call, socket));
}
