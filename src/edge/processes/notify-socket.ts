import { randomBytes } from "node:crypto";
import { readdirSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { constants, tmpdir } from "node:os";
import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX, addressUnix } from "#edge/native/socket-address.js";

export type Notification = "hello" | "stands-by" | "ready" | "stopping";

/** The receiving end of one generation's NOTIFY_SOCKET. */
export interface NotifySocket {
  /** For the environment variable. `@…` is the abstract namespace, used when no folder is writable. */
  readonly path: string;
  close(): void;
}

const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
/** Node's loop must never wait in a read. */
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const O_CLOEXEC = 0o2000000;
const NAME = /^notify-[0-9a-f]{12}\.sock$/;

/** `folder` is tried first, then the folders for temporary files. null: the kernel or a sandbox refuses such sockets. */
export function openNotifySocket(
  libc: Libc,
  folder: string,
  heard: (notification: Notification) => void,
): NotifySocket | null {
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return null;
  const name = `notify-${randomBytes(6).toString("hex")}.sock`;
  const places = [folder, tmpdir(), "/tmp"].map((place) => `${place}/${name}`);
  const path = [...places, `@hotpod-${name}`].find((candidate) => bindTo(libc, fd, candidate));
  if (path === undefined) {
    libc.close(fd);
    return null;
  }
  let open = true;
  let reader = read(libc, fd, heard, again);
  function again(): void {
    if (open) reader = read(libc, fd, heard, again);
  }
  return {
    path,
    close: () => {
      if (!open) return;
      open = false;
      reader?.destroy();
      libc.close(fd);
      if (!path.startsWith("@")) unlinkQuietly(path);
    },
  };
}

/** Removes sockets that a killed hotpod left in the folder: nobody answers there any more. */
export function sweepNotifySockets(libc: Libc, folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => NAME.test(name));
  } catch {
    return;
  }
  for (const name of names) {
    const address = addressUnix(`${folder}/${name}`);
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
    if (address === null || fd < 0) continue;
    const refused = libc.connect(fd, address) < 0 && libc.errno() === constants.errno.ECONNREFUSED;
    libc.close(fd);
    if (refused) unlinkQuietly(`${folder}/${name}`);
  }
}

/**
 * What a datagram says, in the order in which it counts: `READY=1`, `STOPPING=1` and `X_HOTPOD_STANDS_BY=1`; any other
 * assignment shows that the service will speak.
 */
export function readNotifications(datagram: string): readonly Notification[] {
  const lines = datagram.split("\n");
  const said: Notification[] = [];
  if (lines.includes("X_HOTPOD_STANDS_BY=1")) said.push("stands-by");
  if (lines.includes("STOPPING=1")) said.push("stopping");
  else if (lines.includes("READY=1")) said.push("ready");
  if (said.length > 0) return said;
  return lines.some((line) => /^[A-Z0-9_]+=/.test(line)) ? ["hello"] : [];
}

/**
 * Node has no Unix datagram sockets, but its event loop polls whatever descriptor is behind a stream: the descriptor of a
 * stream socket is replaced by ours before the reading starts. One read, one datagram; no thread, no polling. An empty
 * datagram looks like the end of a stream: then `ended` starts over.
 */
function read(
  libc: Libc,
  datagrams: number,
  heard: (notification: Notification) => void,
  ended: () => void,
): Socket | null {
  const pair = libc.socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC);
  if (pair === null) return null;
  const [carrier, unused] = pair;
  const socket = new Socket({ fd: carrier, readable: true, writable: false });
  libc.dup3(datagrams, carrier, O_CLOEXEC);
  libc.close(unused);
  socket.on("data", (chunk: Buffer) => {
    for (const notification of readNotifications(chunk.toString("utf8"))) heard(notification);
  });
  socket.on("error", () => {});
  socket.on("close", ended);
  return socket;
}

function bindTo(libc: Libc, fd: number, path: string): boolean {
  const address = addressUnix(path);
  if (address === null) return false;
  return libc.bind(fd, address) === 0;
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody tidied up before us.
  }
}
