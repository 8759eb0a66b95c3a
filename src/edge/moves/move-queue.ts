import { receiveDescriptors } from "#edge/native/descriptor-message.js";
import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";

/**
 * An accept queue for connections that are open already: a draining generation puts them in, the promoted one takes them
 * out. Both ends are held for as long as hotpod runs, so what nobody has taken yet waits, as in a listening socket.
 */
export interface MoveQueue {
  /** The end to send to and the end to receive from, inherited by every generation. */
  readonly ends: readonly [number, number];
  /** Closes the connections that wait: nobody will take them. */
  clear(): void;
  close(): void;
}

/** One message, one connection. Generations share the open file: its mode is set before the first of them inherits it. */
const SOCK_SEQPACKET_NONBLOCK_CLOEXEC = 5 | 0o4000 | 0o2000000;
/** One more than a message carries. */
const DESCRIPTORS_MAX = 2;

/** null: the kernel or a sandbox refuses such sockets. */
export function openMoveQueue(libc: Libc): MoveQueue | null {
  const ends = libc.socketpair(AF_UNIX, SOCK_SEQPACKET_NONBLOCK_CLOEXEC);
  if (ends === null) return null;
  const [, receiving] = ends;
  return {
    ends,
    clear: () => {
      for (;;) {
        const waiting = receiveDescriptors(libc, receiving, DESCRIPTORS_MAX);
        if (waiting === null) return;
        for (const fd of waiting) libc.close(fd);
      }
    },
    close: () => {
      for (const end of ends) libc.close(end);
    },
  };
}
