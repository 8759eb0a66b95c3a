import { closeSync, openSync, readSync } from "node:fs";
import type { Libc } from "#edge/native/libc.js";
import { handshakesByDiag, listeningByDiag } from "#edge/native/socket-diag.js";

/** One row of /proc/net/{tcp,tcp6,udp,udp6}, or of what netlink tells instead. */
export interface SocketRow {
  readonly inode: number;
  readonly family: 4 | 6;
  /** Upper-case hex as the kernel prints it, 8 or 32 digits. */
  readonly host: string;
  readonly port: number;
  /** It takes no IPv4 though it listens on every IPv6 address; null: /proc does not tell. */
  readonly v6Only: boolean | null;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly listening: boolean;
  /** TCP: the client has asked, and its last packet of the three is awaited. */
  readonly handshake: boolean;
  /** TCP: connections waiting to be accepted; UDP: bytes waiting to be read. */
  readonly queue: number;
  readonly uid: number;
}

const LISTEN = "0A";
const SYN_RECEIVED = "03";
const CHUNK_BYTES = 64 * 1024;

/** Listening TCP sockets of this network namespace. */
export function listeningRows(libc: Libc): SocketRow[] {
  const sockets = listeningByDiag(libc);
  if (sockets !== null) {
    return sockets.map(({ host, ...socket }) => {
      return {
        ...socket,
        host: tableHost(host),
        remoteHost: "0".repeat(2 * host.length),
        remotePort: 0,
        listening: true,
        handshake: false,
      };
    });
  }
  // The kernel lists listening sockets first, so the rest is not read.
  return (["tcp", "tcp6"] as const).flatMap((table) => readTable(table, true));
}

/** TCP sockets that listen, or UDP sockets that anybody may send to. */
export function boundRows(libc: Libc, protocol: "tcp" | "udp"): SocketRow[] {
  const rows = protocol === "tcp" ? listeningRows(libc) : allRows("udp");
  return rows.filter((row) => row.remotePort === 0);
}

/** The handshakes under way on these local ports, each by a name that lasts as long as it does. */
export function handshakes(libc: Libc, ports: readonly number[]): Set<string> {
  const rows = () => allRows("tcp").filter((row) => row.handshake && ports.includes(row.port));
  return (
    handshakesByDiag(libc, ports) ??
    new Set(rows().map(({ port, remoteHost, remotePort }) => `${port} ${remoteHost} ${remotePort}`))
  );
}

/** Every socket, of all states. */
export function allRows(protocol: "tcp" | "udp"): SocketRow[] {
  return ([protocol, `${protocol}6`] as const).flatMap((table) => readTable(table, false));
}

type Table = "tcp" | "tcp6" | "udp" | "udp6";

function readTable(table: Table, listeningOnly: boolean): SocketRow[] {
  const rows: SocketRow[] = [];
  let fd: number;
  try {
    fd = openSync(`/proc/self/net/${table}`, "r");
  } catch {
    return rows;
  }
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let text = "";
    for (;;) {
      const length = readSync(fd, chunk, 0, chunk.length, null);
      text += chunk.toString("latin1", 0, length);
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const row = parseRow(line, table.endsWith("6") ? 6 : 4);
        if (row === null) continue;
        if (listeningOnly && !row.listening) return rows;
        rows.push(row);
      }
      if (length === 0) return rows;
    }
  } finally {
    closeSync(fd);
  }
}

function parseRow(line: string, family: 4 | 6): SocketRow | null {
  const fields = line.trim().split(/\s+/);
  const [host = "", port = ""] = (fields[1] ?? "").split(":");
  const [remoteHost = "", remotePort = ""] = (fields[2] ?? "").split(":");
  const [, queue = ""] = (fields[4] ?? "").split(":");
  if (fields.length < 10 || port.length !== 4) return null;
  return {
    inode: Number(fields[9]),
    family,
    host,
    port: Number.parseInt(port, 16),
    v6Only: family === 4 ? false : null,
    remoteHost,
    remotePort: Number.parseInt(remotePort, 16),
    listening: fields[3] === LISTEN,
    handshake: fields[3] === SYN_RECEIVED,
    queue: Number.parseInt(queue, 16),
    uid: Number(fields[7]),
  };
}

/** How the tables print the address bytes of a socket: 32-bit words in the machine's (little-endian) order. */
export function tableHost(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    text += bytes.readUInt32LE(at).toString(16).padStart(8, "0");
  }
  return text.toUpperCase();
}

/** `[::]:8080`, `127.0.0.1:9000`: a row's address for people. */
export function rowAddress(row: SocketRow): string {
  const bytes = Buffer.alloc(row.host.length / 2);
  for (let at = 0; at < bytes.length; at += 4) {
    bytes.writeUInt32LE(Number.parseInt(row.host.slice(at * 2, at * 2 + 8), 16), at);
  }
  if (row.family === 4) return `${bytes.join(".")}:${row.port}`;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  const text = groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::");
  return `[${text}]:${row.port}`;
}
