import { processIds, socketInodes } from "#edge/listeners/socket-holder.js";
import { readProc } from "#edge/native/read-proc.js";

/** The TCP ports that somebody listens on at exactly this IPv4 address. */
export function listenersOn(host: string): readonly number[] {
  return listeningOn(host).map(({ port }) => port);
}

/** The processes that have a listening socket of exactly this address and port open, as far as /proc shows. */
export function listenersAt(host: string, port: number): readonly number[] {
  const inodes = listeningOn(host)
    .filter((row) => row.port === port)
    .map(({ inode }) => inode);
  return processIds().filter((pid) => socketInodes(pid).some((inode) => inodes.includes(inode)));
}

/** The connections to exactly this address and port that nobody has accepted yet. */
export function waitingAt(host: string, port: number): number {
  const queues = listeningOn(host).map((row) => (row.port === port ? row.queue : 0));
  return queues.reduce((sum, queue) => sum + queue, 0);
}

interface Listening {
  readonly port: number;
  readonly inode: number;
  readonly queue: number;
}

function listeningOn(host: string): readonly Listening[] {
  const bytes = host.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  const address = bytes.reverse().join("").toUpperCase();
  return (readProc("/proc/net/tcp") ?? "").split("\n").flatMap((row) => {
    const fields = row.trim().split(/\s+/);
    const [, local = "", , state, queues = ""] = fields;
    if (state !== LISTEN || !local.startsWith(`${address}:`)) return [];
    const hex = (text: string | undefined): number => Number.parseInt(text ?? "", 16);
    const port = hex(local.slice(address.length + 1));
    return [{ port, inode: Number(fields[INODE]), queue: hex(queues.split(":")[1]) }];
  });
}

const LISTEN = "0A";
const INODE = 9;
