import { readFileSync } from "node:fs";
import type { Libc } from "#edge/native/libc.js";
import { addressV4 } from "#edge/native/socket-address.js";

const FIRST_PORT = 20_000;
const PORTS = 10_000;
/** Where the kernel takes ports for outgoing connections, when it does not tell. */
const EPHEMERAL_FIRST = 32_768;

/** Gives out ports of loopback for generations to listen on, none of them twice in a row. */
export function createPrivatePorts(libc: Libc): () => number | null {
  // Another hotpod of the same pod begins elsewhere.
  let next = (process.pid * 37) % PORTS;
  const first = Math.min(FIRST_PORT, ephemeralFirst() - PORTS);
  return () => {
    for (let tried = 0; tried < PORTS; tried++) {
      const port = first + next;
      next = (next + 1) % PORTS;
      if (isFree(libc, port)) return port;
    }
    return null;
  };
}

/** Nobody is bound to it on any address, with or without sharing. */
function isFree(libc: Libc, port: number): boolean {
  const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
  const fd = libc.socket(2, SOCK_STREAM_CLOEXEC, 0);
  if (fd < 0) return false;
  const bound = libc.bind(fd, addressV4("0.0.0.0", port)) === 0;
  libc.close(fd);
  return bound;
}

function ephemeralFirst(): number {
  try {
    const [low] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/);
    return Math.max(Number(low) || EPHEMERAL_FIRST, PORTS + 1_024);
  } catch {
    return EPHEMERAL_FIRST;
  }
}
