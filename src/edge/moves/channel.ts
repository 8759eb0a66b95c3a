import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";

/**
 * What hotpod says to one generation, a line each:
 * - `promoted`: connections that wait in the queue are yours
 * - `stand-by`: they are another's from now on
 * - `rest`: so are those you have; `promoted` ends it
 * - `move`: when you are asked to end, another takes the connections you put into the queue
 * - `stay`: nobody takes them any more; end them politely
 */
export type Order = "promoted" | "stand-by" | "rest" | "move" | "stay";

/** One generation's line to hotpod. A program that does not know it loses nothing. */
export interface Channel {
  /** The generation's end, until it was given away. */
  readonly theirs: number;
  /** hotpod's copy of the generation's end is of no more use. */
  given(): void;
  say(order: Order): void;
  /** Whether the generation has said that it takes connections. Said before it is ready, so known when it is promoted. */
  takes(): boolean;
  close(): void;
}

const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;
const TAKES = "takes\n";
/** What a service says beyond that is not kept. */
const HEARD_MAX = 256;

export function openChannel(libc: Libc): Channel | null {
  const pair = libc.socketpair(AF_UNIX, SOCK_STREAM_NONBLOCK_CLOEXEC);
  if (pair === null) return null;
  const [ours, theirs] = pair;
  let open = true;
  let kept = true;
  let heard = "";
  const listen = (): void => {
    const into = Buffer.alloc(HEARD_MAX);
    const length = open && heard.length < HEARD_MAX ? libc.recv(ours, into) : 0;
    if (length > 0) heard += into.toString("latin1", 0, length);
  };
  const given = (): void => {
    if (kept) libc.close(theirs);
    kept = false;
  };
  return {
    theirs,
    given,
    say: (order) => {
      // Neither a service that has ended nor one that does not listen is waited for.
      if (open) libc.send(ours, Buffer.from(`${order}\n`));
    },
    takes: () => {
      listen();
      return heard.includes(TAKES);
    },
    close: () => {
      given();
      if (open) libc.close(ours);
      open = false;
    },
  };
}
