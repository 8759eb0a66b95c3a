import { socketInodes } from "#edge/listeners/socket-holder.js";
import { listeningRows, rowAddress } from "#edge/listeners/socket-table.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";

/** A listening socket that a process opened itself. */
export interface OwnSocket {
  readonly pid: number;
  /** `[::]:9090`. */
  readonly address: string;
}

/** What these processes listen on besides the sockets they were given: the sign of a service that ignores LISTEN_FDS. */
export function describeListening(
  pids: readonly number[],
  given: readonly number[],
  libc: Libc = loadLibc(),
): OwnSocket[] {
  const rows = new Map(listeningRows(libc).map((row) => [row.inode, row]));
  for (const inode of given) rows.delete(inode);
  return pids.flatMap((pid) =>
    socketInodes(pid).flatMap((inode) => {
      const row = rows.get(inode);
      return row === undefined ? [] : [{ pid, address: rowAddress(row) }];
    }),
  );
}
