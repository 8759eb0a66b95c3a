import { fstatSync } from "node:fs";
import { constants } from "node:os";
import { fail, ok, type Result } from "#base/result.js";
import { AND, assembleBpf, JUMP_IF_EQUAL, LOAD_BYTE, RETURN, withBpf } from "#edge/native/bpf.js";
import { errnoName, type Libc } from "#edge/native/libc.js";
import { AF_INET6 } from "#edge/native/socket-address.js";
import { type Endpoint, overlaps } from "./endpoint.js";
import type { ListenFailure } from "./listen-failure.js";
import { socketHolder } from "./socket-holder.js";
import { boundRows } from "./socket-table.js";

/** A listening socket of ours. */
export interface OpenSocket {
  readonly fd: number;
  readonly inode: number;
}

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
export const BACKLOG = 4096;

/** Creates, binds and listens. Blocking, as systemd passes sockets: whoever wants otherwise says so itself. */
export function openSocket(
  libc: Libc,
  endpoint: Endpoint,
  shareable: boolean,
): Result<OpenSocket, ListenFailure> {
  const { family, protocol } = endpoint;
  const type = (protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC;
  const fd = libc.socket(family, type, 0);
  if (fd < 0) return fail(systemFailure(libc, endpoint, "socket"));
  const give = (failure: ListenFailure): Result<OpenSocket, ListenFailure> => {
    libc.close(fd);
    return fail(failure);
  };
  if (protocol === "tcp") libc.setOption(fd, SOL_SOCKET, SO_REUSEADDR, int(1));
  if (shareable && libc.setOption(fd, SOL_SOCKET, SO_REUSEPORT, int(1)) < 0) {
    return give(systemFailure(libc, endpoint, "setsockopt"));
  }
  if (family === AF_INET6) {
    libc.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, int(endpoint.dual || endpoint.mapped ? 0 : 1));
  }
  if (libc.bind(fd, endpoint.socketAddress) < 0) return give(bindFailure(libc, endpoint));
  if (protocol === "tcp" && libc.listen(fd, BACKLOG) < 0) {
    const { errno } = constants;
    const inUse = libc.errno() === errno.EADDRINUSE;
    return give(inUse ? inUseFailure(libc, endpoint) : systemFailure(libc, endpoint, "listen"));
  }
  return ok({ fd, inode: fstatSync(fd).ino });
}

/** Puts a steering program on the whole group this socket is in. 0 or an error number. */
export function attachProgram(libc: Libc, fd: number, program: Buffer): number {
  const done = withBpf(libc, program, (fprog) =>
    libc.setOption(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, fprog),
  );
  return done === 0 ? 0 : libc.errno();
}

const SO_ATTACH_FILTER = 26;
const SO_DETACH_FILTER = 27;
const TCP_FLAGS_OFFSET = 13;
const SYN = 0x02;
const SYN_AND_ACK = 0x12;

/** Whether a listening TCP socket gets the packets that begin a connection; whoever sent one sends it again, to whom it may concern. */
export function admitNew(libc: Libc, fd: number, admits: boolean): void {
  if (admits) {
    libc.setOption(fd, SOL_SOCKET, SO_DETACH_FILTER, int(0));
    return;
  }
  const program = assembleBpf([
    [LOAD_BYTE, 0, 0, TCP_FLAGS_OFFSET],
    [AND, 0, 0, SYN_AND_ACK],
    [JUMP_IF_EQUAL, 0, 1, SYN],
    [RETURN, 0, 0, 0],
    [RETURN, 0, 0, 0xffffffff],
  ]);
  withBpf(libc, program, (fprog) => libc.setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, fprog));
}

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/**
 * Accepts and closes every connection that waits in a listening socket which nobody accepts from any more; `before` may make a
 * copy of it. It does not wait for one, for whoever might have minded a socket that does not block has ended.
 */
export function dismissWaiting(
  libc: Libc,
  fd: number,
  before: (connection: number) => void = () => {},
): void {
  libc.fcntl(fd, F_SETFL, libc.fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
  for (let count = 0; count <= BACKLOG; count++) {
    const waiting = libc.accept(fd);
    if (waiting < 0) return;
    before(waiting);
    libc.close(waiting);
  }
}

export function systemFailure(libc: Libc, endpoint: Endpoint, call: string): ListenFailure {
  return { kind: "system", address: endpoint.address, call, errno: errnoName(libc.errno()) };
}

function bindFailure(libc: Libc, endpoint: Endpoint): ListenFailure {
  const { errno } = constants;
  switch (libc.errno()) {
    case errno.EADDRINUSE:
      return inUseFailure(libc, endpoint);
    case errno.EACCES:
      return { kind: "privileged", address: endpoint.address };
    case errno.EADDRNOTAVAIL:
      return { kind: "address-unavailable", address: endpoint.address };
    default:
      return systemFailure(libc, endpoint, "bind");
  }
}

function inUseFailure(libc: Libc, endpoint: Endpoint): ListenFailure {
  const row = boundRows(libc, endpoint.protocol).find((each) => overlaps(endpoint, each));
  const holder = row === undefined ? null : socketHolder(row.inode, new Set());
  return { kind: "in-use", address: endpoint.address, holder, shared: false };
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
