import { socketInodes } from "#edge/listeners/socket-holder.js";
import type { Libc } from "#edge/native/libc.js";
import { type Connection, connectionsByDiag } from "#edge/native/socket-diag.js";

const LOOK_MS = 25;
/** A connection on which nothing happened for so long is between two requests. */
const REST_MS = 100;
/** Whoever has connected is about to ask; a client that is slow or far away takes its time. */
const FIRST_WORD_MS = 1_000;
/** Where the kernel does not tell whether a request or an answer came last: nearly always a request. */
const UNCLEAR_MS = 5_000;

/** Nothing is under way on it: the last thing that happened was an answer, a while ago. */
export function isResting(connection: Connection): boolean {
  const { sentAgoMs, receivedAgoMs, unread, unsent, heard, answered } = connection;
  if (unread > 0 || unsent > 0) return false;
  // Whoever has received and not sent since is at work.
  if (sentAgoMs > receivedAgoMs || (heard && !answered)) return false;
  const pauseMs = heard ? pauseAfter(connection) : FIRST_WORD_MS;
  return sentAgoMs >= pauseMs && receivedAgoMs >= pauseMs;
}

/** Within one tick of the kernel's clock, only what the peer acknowledged later was surely the last word. */
function pauseAfter(connection: Connection): number {
  const { sentAgoMs, receivedAgoMs, acknowledgedAgoMs, heardOnce } = connection;
  const isClear = sentAgoMs < receivedAgoMs || acknowledgedAgoMs < receivedAgoMs || heardOnce;
  return isClear ? REST_MS : UNCLEAR_MS;
}

/** What a generation may be at work on. */
export interface Work {
  readonly members: () => readonly number[];
  /** At which it listens. */
  readonly ports: readonly number[];
  /** It has connections over Unix sockets, of which the kernel does not tell when they were used. */
  readonly connected: () => boolean;
}

/** Calls back once no connection of the generation is at work. Answers a function that stops the looking. */
export function watchRest(libc: Libc, work: Work, rested: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const { members, ports, connected } = work;
  const look = (): void => {
    const own = new Set(members().flatMap(socketInodes));
    const connections = connectionsByDiag(libc, ports);
    // A kernel that does not tell leaves it to the time that a drain may take.
    const all = connections?.filter(({ inode }) => own.has(inode));
    if (all?.every(isResting) && !connected()) rested();
    else timer = setTimeout(look, LOOK_MS);
  };
  timer = setTimeout(look, 0);
  return () => clearTimeout(timer);
}
