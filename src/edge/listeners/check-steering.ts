import type { Libc } from "#edge/native/libc.js";
import { resolveEndpoint } from "./endpoint.js";
import { attachProgram, openSocket } from "./open-socket.js";
import { listeningRows } from "./socket-table.js";
import { steeringProgram } from "./steering-program.js";

/**
 * Tries steering on a loopback port of its own: some sandboxed kernels accept the option and ignore it. A connection from a
 * branch's source must wait at that branch's member, one from elsewhere at the default one.
 */
export function steeringWorks(libc: Libc): boolean {
  const anyPort = resolveEndpoint(libc, { kind: "tcp", host: "127.0.0.1", port: 0 });
  const first = anyPort === null ? null : openSocket(libc, anyPort, true);
  if (first === null || !first.ok) return false;
  const opened = [first.value.fd];
  try {
    const row = listeningRows(libc).find(({ inode }) => inode === first.value.inode);
    if (row === undefined) return false;
    const address = { kind: "tcp", host: "127.0.0.1", port: row.port } as const;
    const endpoint = resolveEndpoint(libc, address);
    const second = endpoint === null ? null : openSocket(libc, endpoint, true);
    if (endpoint === null || second === null || !second.ok) return false;
    opened.push(second.value.fd);
    const program = steeringProgram(0, [{ source: CHECK_SOURCE, index: 1 }]);
    if (attachProgram(libc, first.value.fd, program) !== 0) return false;
    const sources = [CHECK_SOURCE, CHECK_SOURCE, "127.0.0.1"];
    const to = endpoint.socketAddress;
    if (!sources.every((source) => connectFrom(libc, source, to, opened))) return false;
    return arrived(libc, first.value.inode, second.value.inode);
  } finally {
    for (const fd of opened) libc.close(fd);
  }
}

/** The last step of a handshake may be a moment behind connect(2) on a busy machine. */
function arrived(libc: Libc, first: number, second: number): boolean {
  const LOOKS_MAX = 50;
  const LOOK_MS = 2;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let look = 0; look < LOOKS_MAX; look++) {
    const rows = listeningRows(libc);
    const waiting = (inode: number) => rows.find((row) => row.inode === inode)?.queue ?? 0;
    if (waiting(first) + waiting(second) === 3) return waiting(first) === 1;
    Atomics.wait(pause, 0, 0, LOOK_MS);
  }
  return false;
}

const CHECK_SOURCE = "127.77.255.255";

/** Blocking, which on loopback with room in the backlog means at once. */
function connectFrom(libc: Libc, source: string, to: Buffer, opened: number[]): boolean {
  const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
  const from = resolveEndpoint(libc, { kind: "tcp", host: source, port: 0 });
  const fd = libc.socket(2, SOCK_STREAM_CLOEXEC, 0);
  if (from === null || fd < 0) return false;
  opened.push(fd);
  return libc.bind(fd, from.socketAddress) === 0 && libc.connect(fd, to) === 0;
}
