import { connect, type Socket } from "node:net";
import { after } from "#edge/after.js";
import type { GenerationId } from "#model/generation.js";
import type { RelayOptions } from "./messages.js";

/** A generation that is forwarded to. */
export interface Destination {
  readonly generation: GenerationId;
  readonly ports: readonly number[];
  /** What is under way with it: requests and streams. */
  active: number;
  /** Its end is awaited, or it was told to be empty: nothing new goes to it. */
  ending: "no" | "awaited" | "told";
}

/** A connection to whoever gets new requests, counted as under way until `done`. */
export interface Reached {
  readonly destination: Destination;
  readonly socket: Socket;
  readonly done: () => void;
}

/** Why there is none. */
export type Unreached = "queue-full" | "waited-too-long" | "client-left";

const KNOCK_MS = 20;

/**
 * Where new requests go, and who waits while that is nowhere. A request waits before a byte of it is sent, so nothing is ever
 * sent twice. Where two generations share the clients, each client's connection has drawn a lot of its own: it does not go
 * to and fro between them from request to request.
 */
export class Destinations {
  readonly #all = new Map<GenerationId, Destination>();
  readonly #emptied: (generation: GenerationId) => void;
  readonly #waiters = new Set<() => void>();
  #route: GenerationId | null = null;
  #share: { readonly generation: GenerationId; readonly percent: number } | null = null;
  readonly #lots = new WeakMap<Socket, number>();
  #knocking = false;
  options: RelayOptions;

  constructor(options: RelayOptions, emptied: (generation: GenerationId) => void) {
    this.options = options;
    this.#emptied = emptied;
  }

  add(generation: GenerationId, ports: readonly number[]): void {
    this.#all.set(generation, { generation, ports, active: 0, ending: "no" });
  }

  replace(generation: GenerationId, successor: GenerationId): void {
    if (this.#route === generation) this.route(successor);
  }

  route(generation: GenerationId): void {
    this.#route = generation;
    this.#share = null;
    const destination = this.#all.get(generation);
    if (destination !== undefined) destination.ending = "no";
    this.#wakeAll();
  }

  share(generation: GenerationId, percent: number): void {
    this.#share = { generation, percent };
  }

  remove(generation: GenerationId): void {
    this.#all.delete(generation);
    if (this.#route === generation) this.#route = null;
    if (this.#share?.generation === generation) this.#share = null;
  }

  awaitEmpty(generation: GenerationId): void {
    const destination = this.#all.get(generation);
    if (destination === undefined) {
      this.#emptied(generation);
      return;
    }
    destination.ending = "awaited";
    this.#look(destination);
  }

  #look(destination: Destination): void {
    if (destination.ending !== "awaited" || destination.active > 0) return;
    destination.ending = "told";
    this.#emptied(destination.generation);
  }

  /** Who gets new requests of this client at this instant; counted as under way until `release`. */
  take(client: Socket): Destination | null {
    const destination = this.#sharedWith(client) ?? this.#current();
    if (destination !== null) destination.active += 1;
    return destination;
  }

  release(destination: Destination): void {
    destination.active -= 1;
    this.#look(destination);
  }

  /** Connects to who gets new requests of this client, waiting until there is one. */
  async reach(listener: number, client: Socket): Promise<Reached | Unreached> {
    let giveUpAt: number | null = null;
    for (;;) {
      if (client.destroyed) return "client-left";
      // One that has just ended is not yet known to have: the other one answers for it.
      const shared = await this.#connect(listener, this.#sharedWith(client));
      const reached = shared ?? (await this.#connect(listener, this.#current()));
      if (reached !== null) return reached;
      const now = performance.now();
      giveUpAt ??= now + this.options.waitMs;
      if (now >= giveUpAt) return "waited-too-long";
      if (this.#waiters.size >= this.options.queueMax) return "queue-full";
      await this.#change(listener, giveUpAt - now);
    }
  }

  async #connect(listener: number, destination: Destination | null): Promise<Reached | null> {
    if (destination === null) return null;
    destination.active += 1;
    const socket = await connectTo(destination.ports[listener] ?? 0);
    if (socket !== null) return { destination, socket, done: () => this.release(destination) };
    this.release(destination);
    return null;
  }

  /** null: the client is not among those that the share is of. */
  #sharedWith(client: Socket): Destination | null {
    if (this.#share === null || this.#lotOf(client) >= this.#share.percent) return null;
    const destination = this.#all.get(this.#share.generation);
    return destination?.ending === "no" ? destination : null;
  }

  /** From 0 to below 100. */
  #lotOf(client: Socket): number {
    const known = this.#lots.get(client);
    const lot = known ?? Math.random() * 100;
    if (known === undefined) this.#lots.set(client, lot);
    return lot;
  }

  #current(): Destination | null {
    const destination = this.#route === null ? undefined : this.#all.get(this.#route);
    return destination?.ending === "no" ? destination : null;
  }

  /** The next time that it is worth to try again. */
  #change(listener: number, limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      this.#waiters.add(wake);
      if (!this.#knocking) void this.#knock(listener);
    });
  }

  /** One tries for all who wait. */
  async #knock(listener: number): Promise<void> {
    this.#knocking = true;
    while (this.#waiters.size > 0) {
      await new Promise<void>((resolve) => after(KNOCK_MS, resolve));
      const port = this.#current()?.ports[listener];
      const socket = port === undefined ? null : await connectTo(port);
      socket?.destroy();
      if (socket !== null) this.#wakeAll();
    }
    this.#knocking = false;
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiters]) wake();
  }
}

/** null: nobody listens there. */
function connectTo(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    const failed = () => resolve(null);
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}
