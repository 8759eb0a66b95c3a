import { connect, type Socket } from "node:net";
import type { Reach } from "#edge/listeners/own-listeners.js";
import type { Libc } from "#edge/native/libc.js";
import { connectionInode } from "#edge/native/socket-diag.js";

const LOOK_MS_MIN = 2;
const LOOK_MS_MAX = 50;
const RECONNECT_MS = 100;

/**
 * Connects to a generation and tells once its program has really taken the connection: until then it has no inode. Where the
 * kernel cannot be asked that, and of Unix sockets, `waiting` (its accept queue) must be empty. Answers a function that stops it.
 */
export function probeAccept(
  libc: Libc,
  reach: Reach,
  waiting: () => number,
  accepted: () => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    socket?.destroy();
  };
  const seen = () => {
    if (stopped) return;
    stop();
    accepted();
  };
  const look = (from: number, delayMs: number): void => {
    const inode = "host" in reach ? inodeFrom(libc, reach, from) : null;
    if (inode === null ? waiting() === 0 : inode > 0) {
      seen();
      return;
    }
    timer = setTimeout(() => look(from, Math.min(delayMs * 1.5, LOOK_MS_MAX)), delayMs);
  };
  const attempt = (): void => {
    socket = connect("host" in reach ? reach : { path: reach.socketPath });
    socket.once("connect", () => look(socket?.localPort ?? 0, LOOK_MS_MIN));
    // Only a program that has accepted can send or close.
    socket.once("data", seen);
    socket.once("end", seen);
    socket.on("error", () => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(attempt, RECONNECT_MS);
    });
  };
  attempt();
  return stop;
}

function inodeFrom(libc: Libc, reach: Extract<Reach, { host: string }>, port: number) {
  return connectionInode(libc, reach, { host: reach.localAddress ?? "127.0.0.1", port });
}
