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
 * sent twice.
 */
export class Destinations {
  readonly #all = new Map<GenerationId, Destination>();
  readonly #emptied: (generation: GenerationId) => void;
  readonly #waiters = new Set<() => void>();
  #route: GenerationId | null = null;
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
    const destination = this.#all.get(generation);
    if (destination !== undefined) destination.ending = "no";
    this.#wakeAll();
  }

  remove(generation: GenerationId): void {
    this.#all.delete(generation);
    if (this.#route === generation) this.#route = null;
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

  /** Who gets new requests at this instant; counted as under way until `release`. */
  take(): Destination | null {
    const destination = this.#current();
    if (destination !== null) destination.active += 1;
    return destination;
  }

  release(destination: Destination): void {
    destination.active -= 1;
    this.#look(destination);
  }

  /** Connects to who gets new requests, waiting until there is one. `left`: the client has gone. */
  async reach(listener: number, left: () => boolean): Promise<Reached | Unreached> {
    let giveUpAt: number | null = null;
    for (;;) {
      if (left()) return "client-left";
      const destination = this.take();
      if (destination !== null) {
        const socket = await connectTo(destination.ports[listener] ?? 0);
        if (socket !== null) {
          return { destination, socket, done: () => this.release(destination) };
        }
        this.release(destination);
      }
      const now = performance.now();
      giveUpAt ??= now + this.options.waitMs;
      if (now >= giveUpAt) return "waited-too-long";
      if (this.#waiters.size >= this.options.queueMax) return "queue-full";
      await this.#change(listener, giveUpAt - now);
    }
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
