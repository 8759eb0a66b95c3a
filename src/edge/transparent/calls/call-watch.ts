import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";
import {
  NOTIFICATION_BYTES,
  parseNotification,
  SECCOMP_IOCTL_NOTIF_RECV,
  type ToldCall,
} from "./told-call.js";

export interface CallWatch {
  /** Takes over the descriptor. Each call that is told waits until `onCall` has answered it. */
  watch(listener: number, onCall: (call: ToldCall) => void): void;
  close(): void;
}

const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const POLLIN = 1;
const POLL_BYTES = 8;
/** What changes wakes the wait; this bounds it for an exit that closes nothing. */
const POLL_MS_MAX = 1_000;

/** Waits in a thread of the pool, as long as there is something to watch: Node's own loop cannot poll such descriptors. */
export function startCallWatch(libc: Libc): CallWatch {
  const pair = libc.socketpair(AF_UNIX, SOCK_DGRAM_CLOEXEC);
  if (pair === null) throw new Error(`socketpair failed with errno ${libc.errno()}`);
  const [ours, theirs] = pair;
  const watched = new Map<number, (call: ToldCall) => void>();
  let life: "idle" | "waiting" | "closed" = "idle";
  const look = (listener: number, seen: number): void => {
    if ((seen & POLLIN) === 0) {
      // Every process that could call has ended.
      watched.delete(listener);
      libc.close(listener);
      return;
    }
    const bytes = Buffer.alloc(NOTIFICATION_BYTES);
    // The caller may have died meanwhile.
    if (libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, bytes) !== 0) return;
    watched.get(listener)?.(parseNotification(bytes));
  };
  const wait = async (): Promise<void> => {
    while (watched.size > 0 && life === "waiting") {
      const all = [theirs, ...watched.keys()];
      const polled = pollfds(all);
      await libc.poll(polled, POLL_MS_MAX);
      for (const [at, fd] of all.entries()) {
        const seen = polled.readInt16LE(at * POLL_BYTES + 6);
        if (seen === 0) continue;
        if (fd === theirs) libc.recv(theirs, Buffer.alloc(1));
        else if (watched.has(fd)) look(fd, seen);
      }
    }
    if (life === "waiting") life = "idle";
    else for (const fd of [...watched.keys(), ours, theirs]) libc.close(fd);
  };
  const wake = (): void => {
    libc.send(ours, Buffer.from("w"));
  };
  return {
    watch: (listener, onCall) => {
      watched.set(listener, onCall);
      if (life === "waiting") wake();
      else if (life === "idle") {
        life = "waiting";
        void wait();
      }
    },
    close: () => {
      const waits = life === "waiting";
      life = "closed";
      if (waits) wake();
      else for (const fd of [ours, theirs]) libc.close(fd);
    },
  };
}

/** `struct pollfd[]` that asks for what can be read. */
function pollfds(fds: readonly number[]): Buffer {
  const bytes = Buffer.alloc(fds.length * POLL_BYTES);
  for (const [at, fd] of fds.entries()) {
    bytes.writeInt32LE(fd, at * POLL_BYTES);
    bytes.writeInt16LE(POLLIN, at * POLL_BYTES + 4);
  }
  return bytes;
}
