import { socketInodes } from "#edge/listeners/socket-holder.js";
import type { Libc } from "#edge/native/libc.js";
import { type Connection, connectionsByDiag } from "#edge/native/socket-diag.js";

const LOOK_MS = 25;
/** A connection on which nothing happened for so long is between two requests. */
const REST_MS = 100;
/** Whoever has connected is about to ask; a client that is slow or far away takes its time. */
const FIRST_WORD_MS = 1_000;

/**
 * Nothing is under way on it: the last thing that happened was an answer, a while ago. Whoever has received and not sent since is
 * at work.
 */
export function isResting(connection: Connection): boolean {
  const { sentAgoMs, receivedAgoMs, unread, unsent, heard } = connection;
  if (unread > 0 || unsent > 0) return false;
  const pauseMs = heard ? REST_MS : FIRST_WORD_MS;
  return sentAgoMs <= receivedAgoMs && sentAgoMs >= pauseMs && receivedAgoMs >= pauseMs;
}

/** Calls back once no connection of these processes is at work. Answers a function that stops the looking. */
export function watchRest(
  libc: Libc,
  processes: () => readonly number[],
  ports: readonly number[],
  rested: () => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const own = new Set(processes().flatMap(socketInodes));
    const connections = connectionsByDiag(libc, ports);
    // A kernel that does not tell leaves it to the time that a drain may take.
    const all = connections?.filter(({ inode }) => own.has(inode));
    if (all?.every(isResting)) rested();
    else timer = setTimeout(look, LOOK_MS);
  };
  timer = setTimeout(look, 0);
  return () => clearTimeout(timer);
}
