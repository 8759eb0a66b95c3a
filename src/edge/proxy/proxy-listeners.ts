import { Worker } from "node:worker_threads";
import { fail, ok, type Result } from "#base/result.js";
import { bundledFile } from "#edge/bundled-file.js";
import { resolveEndpoint } from "#edge/listeners/endpoint.js";
import type { ListenFailure } from "#edge/listeners/listen-failure.js";
import type { OwnListeners, Provided, Reach } from "#edge/listeners/own-listeners.js";
import { openShared, openUnix, type SharedSocket } from "#edge/listeners/slots/shared-socket.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Emit } from "#ports/emit.js";
import type { RelayNews, RelayOptions, RelayOrder } from "./messages.js";
import { createPrivatePorts } from "./private-ports.js";

export interface ProxyOptions {
  readonly listen: readonly Listener[];
  readonly emit: Emit;
  /** Read when something is ordered, for they are hot. */
  readonly relay: () => RelayOptions;
}

const F_DUPFD_CLOEXEC = 1030;

/** Binds every address and forwards from there. Nothing stays open when one of them fails. */
export function openProxy(options: ProxyOptions): Result<OwnListeners, ListenFailure> {
  const libc = loadLibc();
  const opened: SharedSocket[] = [];
  for (const { address } of options.listen) {
    const socket = openOne(libc, address);
    if (!socket.ok) {
      for (const one of opened) one.close();
      return socket;
    }
    opened.push(socket.value);
  }
  return ok(new Forwarded(libc, options, opened));
}

function openOne(libc: Libc, address: Listener["address"]): Result<SharedSocket, ListenFailure> {
  if (address.kind === "unix") return openUnix(libc, address);
  if (address.kind === "udp") return fail({ kind: "not-forwarded", address });
  const endpoint = resolveEndpoint(libc, address);
  return endpoint === null
    ? fail({ kind: "address-unavailable", address })
    : openShared(libc, endpoint);
}

class Forwarded implements OwnListeners {
  readonly #options: ProxyOptions;
  #sockets: readonly SharedSocket[];
  readonly #ports = new Map<GenerationId, readonly number[]>();
  readonly #takePort: () => number | null;
  readonly #worker: Worker;
  #told: string;
  readonly weighs = true;
  readonly undivided: readonly string[] = [];

  constructor(libc: Libc, options: ProxyOptions, sockets: readonly SharedSocket[]) {
    this.#options = options;
    this.#sockets = sockets;
    this.#takePort = createPrivatePorts(libc);
    const relay = options.relay();
    this.#told = JSON.stringify(relay);
    this.#worker = new Worker(bundledFile("relay.js"), { execArgv: [] });
    this.#worker.on("message", (news: RelayNews) => {
      options.emit({ kind: "queue-emptied", generation: news.generation });
    });
    this.#worker.postMessage({
      kind: "open",
      // Descriptors of its own: what one thread has closed, the other must not close again.
      sockets: sockets.map(({ fd }) => libc.fcntl(fd, F_DUPFD_CLOEXEC, 0)),
      options: relay,
    } satisfies RelayOrder);
  }

  provide(generation: GenerationId, source: SocketSource): Result<Provided, string> {
    const ports = this.#options.listen.map(() => this.#takePort());
    if (!ports.every((port) => port !== null)) return fail("no free port on loopback");
    this.#ports.set(generation, ports);
    this.#order({ kind: "add", generation, ports });
    if (source.kind === "of") {
      this.#order({ kind: "replace", generation: source.generation, with: generation });
    }
    return ok({ fds: [], ports, apart: true });
  }

  takeBack(generation: GenerationId, source: SocketSource): void {
    if (source.kind === "of") {
      this.#order({ kind: "replace", generation, with: source.generation });
    }
    this.release(generation);
  }

  steer(generation: GenerationId): void {
    this.#order({ kind: "route", generation });
  }

  share(generation: GenerationId, percent: number): void {
    this.#order({ kind: "share", generation, percent });
  }

  awaitQueue(generation: GenerationId): void {
    this.#order({ kind: "await", generation });
  }

  stopAccepting(): void {
    this.#order({ kind: "stop" });
    this.#closeSockets();
  }

  release(generation: GenerationId): void {
    this.#ports.delete(generation);
    this.#order({ kind: "remove", generation });
  }

  reachFirst(generation: GenerationId): Reach | null {
    const port = this.#ports.get(generation)?.[0];
    return port === undefined ? null : { host: "127.0.0.1", port };
  }

  reach(generation: GenerationId, port: number | null): Reach {
    const { listen } = this.#options;
    const place = listen.findIndex(
      ({ address }) => port === null || (address.kind === "tcp" && address.port === port),
    );
    const own = this.#ports.get(generation)?.[place] ?? port ?? 80;
    return { host: "127.0.0.1", port: own };
  }

  settingsChanged(): void {
    this.#order(null);
  }

  waiting(): number {
    return 0;
  }

  inodes(): readonly number[] {
    return [];
  }

  close(): void {
    void this.#worker.terminate();
    this.#closeSockets();
  }

  #closeSockets(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets = [];
  }

  /** null: what is hot alone. */
  #order(order: RelayOrder | null): void {
    const options = this.#options.relay();
    const text = JSON.stringify(options);
    if (text !== this.#told) this.#worker.postMessage({ kind: "options", options });
    this.#told = text;
    if (order !== null) this.#worker.postMessage(order);
  }
}
