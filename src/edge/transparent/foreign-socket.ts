import { readFileSync } from "node:fs";
import type { Libc } from "#edge/native/libc.js";

/** What a service has made of a socket before it binds it. */
export interface SocketFacts {
  readonly stream: boolean;
  readonly v6Only: boolean;
  /** Options that are to be the same on the socket that takes its place. */
  readonly options: readonly SocketOption[];
}

export interface SocketOption {
  readonly level: number;
  readonly option: number;
  readonly value: Buffer;
}

const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PROTOCOL = 38;
const SOCK_STREAM = 1;
const IPPROTO_TCP = 6;
/** Go listens with Multipath TCP where the kernel has it; a plain socket serves its clients as well. */
const IPPROTO_MPTCP = 262;
const STREAMS: ReadonlySet<number> = new Set([IPPROTO_TCP, IPPROTO_MPTCP]);
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
/** Kept by accepted connections or by the way they are accepted: SO_KEEPALIVE; TCP_NODELAY, _KEEPIDLE, _KEEPINTVL, _KEEPCNT, _DEFER_ACCEPT, _USER_TIMEOUT. */
const COPIED: readonly (readonly [level: number, option: number])[] = [
  [SOL_SOCKET, 9],
  ...[1, 4, 5, 6, 9, 18].map((option) => [IPPROTO_TCP, option] as const),
];

/** null: this process may not look at it, or it is gone. */
export function lookAtSocket(libc: Libc, tid: number, fd: number): SocketFacts | null {
  const pid = processOf(tid);
  const handle = pid === null ? -1 : libc.pidfdOpen(pid);
  const copy = handle < 0 ? -1 : libc.pidfdGetfd(handle, fd);
  if (handle >= 0) libc.close(handle);
  if (copy < 0) return lookByName(libc, tid, fd);
  try {
    const option = (level: number, name: number): Buffer | null => {
      const value = Buffer.alloc(4);
      return libc.getOption(copy, level, name, value) === 0 ? value : null;
    };
    const number = (level: number, name: number) => option(level, name)?.readInt32LE(0);
    return {
      stream:
        number(SOL_SOCKET, SO_TYPE) === SOCK_STREAM &&
        STREAMS.has(number(SOL_SOCKET, SO_PROTOCOL) ?? -1),
      v6Only: number(IPPROTO_IPV6, IPV6_V6ONLY) === 1,
      options: COPIED.flatMap(([level, name]) => {
        const value = option(level, name);
        return value === null ? [] : [{ level, option: name, value }];
      }),
    };
  } finally {
    libc.close(copy);
  }
}

/**
 * RuntimeDefault refuses pidfd_getfd(2): what is left is the name of the socket's protocol. Its options stay unknown, so an IPv6
 * wildcard is taken for one that takes IPv4 as well, which is the kernel's default.
 */
export function lookByName(libc: Libc, tid: number, fd: number): SocketFacts | null {
  const name = Buffer.alloc(32);
  const length = libc.getxattr(`/proc/${tid}/fd/${fd}`, "system.sockprotoname", name);
  if (length <= 0) return null;
  const protocol = name.toString("latin1", 0, length).replace(/\0.*$/s, "");
  return { stream: STREAM_NAMES.has(protocol), v6Only: false, options: [] };
}

const STREAM_NAMES: ReadonlySet<string> = new Set(["TCP", "TCPv6", "MPTCP", "MPTCPv6"]);

export function copyOptions(libc: Libc, socket: number, { options }: SocketFacts): void {
  for (const { level, option, value } of options) libc.setOption(socket, level, option, value);
}

/** A notification names the thread; Go binds from any. */
function processOf(tid: number): number | null {
  try {
    const status = readFileSync(`/proc/${tid}/status`, "latin1");
    return Number(/^Tgid:\s+(\d+)/m.exec(status)?.[1]) || null;
  } catch {
    return null;
  }
}
