import { createServer, type Server, type Socket } from "node:net";
import { Destinations } from "./destinations.js";
import { HttpRelay } from "./http-relay.js";
import type { RelayNews, RelayOptions, RelayOrder } from "./messages.js";
import { trafficOf } from "./sniff.js";
import { relayStream } from "./stream-relay.js";

const BACKLOG = 4096;
/** The first bytes of a method may come one by one; who sends no more of them speaks no HTTP. */
const SNIFF_MS_MAX = 1_000;
/** At the end of the program a client that rests so long is let go. */
const LAST_REST_MS = 2_000;
/** Dead clients are found out by the kernel. */
const KEEPALIVE_MS = 30_000;

/** Accepts on hotpod's sockets and forwards to the generation that gets new requests. */
export class Relay {
  readonly #destinations: Destinations;
  readonly #servers: Server[] = [];
  readonly #http: HttpRelay[] = [];
  readonly #clients = new Set<Socket>();
  readonly #tell: (news: RelayNews) => void;
  #last = false;
  #emptiedLast: (() => void) | null = null;

  constructor(options: RelayOptions, tell: (news: RelayNews) => void) {
    this.#tell = tell;
    this.#destinations = new Destinations(options, (generation) => this.#emptied(generation));
  }

  open(sockets: readonly number[]): void {
    for (const [listener, fd] of sockets.entries()) {
      const http = new HttpRelay(this.#destinations, listener);
      const server = createServer({
        allowHalfOpen: true,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEPALIVE_MS,
      });
      server.on("connection", (client) => this.#accept(client, listener, http));
      server.listen({ fd, backlog: BACKLOG } as never);
      this.#servers.push(server);
      this.#http.push(http);
    }
  }

  take(order: RelayOrder): void {
    const to = this.#destinations;
    if (order.kind === "open") this.open(order.sockets);
    else if (order.kind === "options") to.options = order.options;
    else if (order.kind === "add") to.add(order.generation, order.ports);
    else if (order.kind === "replace") to.replace(order.generation, order.with);
    else if (order.kind === "route") to.route(order.generation);
    else if (order.kind === "share") to.share(order.generation, order.percent);
    else if (order.kind === "await") to.awaitEmpty(order.generation);
    else if (order.kind === "remove") to.remove(order.generation);
    else this.#stop();
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const client of this.#clients) client.destroy();
  }

  #accept(client: Socket, listener: number, http: HttpRelay): void {
    this.#clients.add(client);
    client.once("close", () => {
      this.#clients.delete(client);
      this.#lookLast();
    });
    client.on("error", () => {});
    const { protocol } = this.#destinations.options;
    if (protocol === "tcp") void relayStream(this.#destinations, client, listener, []);
    else if (protocol === "http") http.server.emit("connection", client);
    else
      sniff(client, (http1, first) => {
        if (http1) serveHttp(http.server, client, first);
        else void relayStream(this.#destinations, client, listener, [first]);
      });
  }

  #stop(): void {
    if (this.#last) return;
    this.#last = true;
    for (const server of this.#servers) server.close();
    for (const http of this.#http) http.last = true;
    setTimeout(() => {
      for (const client of this.#clients) if (isResting(client)) client.destroy();
      for (const http of this.#http) http.server.closeIdleConnections();
    }, LAST_REST_MS);
  }

  /** At the end of the program the clients' connections end before their service does. */
  #emptied(generation: number): void {
    const tell = () => this.#tell({ kind: "emptied", generation });
    if (!this.#last) {
      tell();
      return;
    }
    this.#emptiedLast = tell;
    this.#lookLast();
  }

  #lookLast(): void {
    if (this.#emptiedLast === null || this.#clients.size > 0) return;
    this.#emptiedLast();
    this.#emptiedLast = null;
  }
}

/** Nothing was ever sent on it. */
const isResting = (client: Socket): boolean => client.bytesRead === 0;

/** Looks at the first bytes without taking them away from who reads them. */
function sniff(client: Socket, decided: (http: boolean, first: Buffer) => void): void {
  let first: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  const decide = (http: boolean): void => {
    clearTimeout(timer);
    client.off("data", look);
    client.off("end", ended);
    client.pause();
    decided(http, first);
  };
  const ended = (): void => decide(false);
  const look = (bytes: Buffer): void => {
    first = first.length === 0 ? bytes : Buffer.concat([first, bytes]);
    const traffic = trafficOf(first);
    if (traffic !== "more") decide(traffic === "http");
    else timer ??= setTimeout(() => decide(false), SNIFF_MS_MAX);
  };
  client.on("data", look);
  client.once("end", ended);
}

function serveHttp(
  server: { emit(name: "connection", client: Socket): boolean },
  client: Socket,
  first: Buffer,
): void {
  client.unshift(first);
  server.emit("connection", client);
  client.resume();
}
