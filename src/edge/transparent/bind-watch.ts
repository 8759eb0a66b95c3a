import { Worker } from "node:worker_threads";
import { bundledFile } from "#edge/bundled-file.js";
import type { Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";
import { type BindRequest, parseNotification } from "./bind-request.js";

/** To the thread that waits. */
export type WatchOrder =
  /** `wake`: a byte in it means that there is another order. */
  | { readonly kind: "open"; readonly wake: number }
  | { readonly kind: "watch"; readonly listener: number }
  | { readonly kind: "close" };

/** From it. `over`: every process that could bind has ended. */
export type WatchNews =
  | { readonly kind: "bind"; readonly listener: number; readonly bytes: Uint8Array }
  | { readonly kind: "over"; readonly listener: number };

export interface BindWatch {
  /** Takes over the descriptor. Each call of bind(2) waits until `onBind` has answered it. */
  watch(listener: number, onBind: (request: BindRequest) => void): void;
  close(): void;
}

const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;

export function startBindWatch(libc: Libc): BindWatch {
  const pair = libc.socketpair(AF_UNIX, SOCK_DGRAM_CLOEXEC);
  if (pair === null) throw new Error(`socketpair failed with errno ${libc.errno()}`);
  const [ours, theirs] = pair;
  const watched = new Map<number, (request: BindRequest) => void>();
  const worker = new Worker(bundledFile("binds.js"), { execArgv: [] });
  const order = (one: WatchOrder): void => {
    worker.postMessage(one);
    libc.send(ours, Buffer.from("w"));
  };
  worker.postMessage({ kind: "open", wake: theirs } satisfies WatchOrder);
  worker.on("message", (news: WatchNews) => {
    const { listener } = news;
    if (news.kind === "bind") {
      watched.get(listener)?.(parseNotification(Buffer.from(news.bytes)));
      return;
    }
    watched.delete(listener);
    libc.close(listener);
  });
  return {
    watch: (listener, onBind) => {
      watched.set(listener, onBind);
      order({ kind: "watch", listener });
    },
    close: () => {
      order({ kind: "close" });
      for (const listener of watched.keys()) libc.close(listener);
      watched.clear();
    },
  };
}
