/** Waits for binds in a thread of its own: the descriptors that tell of them can be polled, but not by Node's loop. */
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { loadLibc } from "#edge/native/libc.js";
import { NOTIFICATION_BYTES, SECCOMP_IOCTL_NOTIF_RECV } from "./bind-request.js";
import type { WatchNews, WatchOrder } from "./bind-watch.js";

const POLLIN = 1;
const POLL_BYTES = 8;
/** An order wakes the wait; this bounds it for the end of the thread alone. */
const POLL_MS_MAX = 500;

parentPort?.once("message", ({ wake }: Extract<WatchOrder, { kind: "open" }>) => {
  const libc = loadLibc();
  const listeners = new Set<number>();
  const tell = (news: WatchNews) => parentPort?.postMessage(news);
  const drained = Buffer.alloc(64);
  for (;;) {
    const all = [wake, ...listeners];
    const polled = Buffer.alloc(all.length * POLL_BYTES);
    for (const [at, fd] of all.entries()) {
      polled.writeInt32LE(fd, at * POLL_BYTES);
      polled.writeInt16LE(POLLIN, at * POLL_BYTES + 4);
    }
    libc.poll(polled, POLL_MS_MAX);
    for (const [at, fd] of all.entries()) {
      const seen = polled.readInt16LE(at * POLL_BYTES + 6);
      if (seen === 0) continue;
      if (fd === wake) {
        libc.recv(wake, drained);
      } else if ((seen & POLLIN) !== 0) {
        const bytes = Buffer.alloc(NOTIFICATION_BYTES);
        // The caller may have died meanwhile.
        if (libc.ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, bytes) === 0) {
          tell({ kind: "bind", listener: fd, bytes: new Uint8Array(bytes) });
        }
      } else {
        listeners.delete(fd);
        tell({ kind: "over", listener: fd });
      }
    }
    for (let one = take(); one !== undefined; one = take()) {
      if (one.kind === "watch") listeners.add(one.listener);
      if (one.kind === "close") return;
    }
  }
});

function take(): WatchOrder | undefined {
  if (parentPort === null) return undefined;
  return receiveMessageOnPort(parentPort)?.message as WatchOrder | undefined;
}
