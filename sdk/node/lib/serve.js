import { Server as HttpServer } from "node:http";
import { Server as HttpsServer } from "node:https";
import { Server as NetServer } from "node:net";
import { deadlines, drainTime } from "./drain-time.js";
import { listen } from "./listen.js";
import { watchTraffic } from "./traffic.js";

/** Node's own 5 s end connections that clients still use. Longer than they keep one, the client ends it. */
const KEEP_ALIVE_NODE_MS = 5000;
const KEEP_ALIVE_MS = 120_000;
/** The kernel completes connections before they are accepted, and resets those that wait when a listener closes. */
const LAST_CALL_MS = 10;

/**
 * The process ends when the last of its services has.
 * @type {Set<Service>}
 */
const running = new Set();
let cutOff = 0;

/** @returns {number} */
export function generation() {
  const number = Number(process.env.HOTPOD_GENERATION ?? 0);
  return Number.isInteger(number) && number > 0 ? number : 0;
}

/**
 * On SIGTERM the server is a lame duck: it accepts no more, but answers whatever still arrives on the connections it
 * has, each answer with "Connection: close", so that clients leave by themselves.
 *
 * @param {import("node:http").Server} server
 * @param {import("../index.js").ServeOptions} [options]
 * @returns {import("../index.js").Service}
 */
export function serve(server, options = {}) {
  if (![HttpServer, HttpsServer].some((kind) => server instanceof kind)) {
    throw new TypeError("hotpod: serve takes a server of node:http or node:https");
  }
  const limit = drainTime(options.drain, process.env);
  const place = options.listen === undefined ? null : listen(options.listen);
  const service = new Service(server, options, limit);
  if (server.keepAliveTimeout === KEEP_ALIVE_NODE_MS) server.keepAliveTimeout = KEEP_ALIVE_MS;
  if (place !== null) server.listen(place);
  return service;
}

class Service {
  #server;
  #options;
  #limit;
  #traffic;
  /** @type {NodeJS.Timeout[]} */
  #timers = [];
  #hooks = 0;
  #closed = false;
  #idleOver = false;
  #done = false;
  /** @type {(end: { cut: number }) => void} */
  #resolve = () => {};
  #draining = new AbortController();
  #over = new AbortController();
  #onSigterm = () => this.drain();

  /**
   * @param {import("node:http").Server} server
   * @param {import("../index.js").ServeOptions} options
   * @param {number} limit
   */
  constructor(server, options, limit) {
    this.#server = server;
    this.#options = options;
    this.#limit = limit;
    /** @type {Promise<{ cut: number }>} */
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#traffic = watchTraffic(server, () => this.#check());
    server.once("close", () => this.#close());
    process.on("SIGTERM", this.#onSigterm);
    running.add(this);
  }

  get draining() {
    return this.signal.aborted;
  }

  get signal() {
    return this.#draining.signal;
  }

  drain() {
    if (this.draining) return this.ended;
    const { idle, end } = deadlines(this.#limit);
    this.#traffic.leave();
    this.#draining.abort();
    // The close of net, not of http: that one ends idle connections at once, requests on the way lost.
    const close = () => NetServer.prototype.close.call(this.#server, () => this.#close());
    const endIdle = () => {
      this.#idleOver = true;
      this.#check();
    };
    this.#timers = [
      setTimeout(close, Math.min(LAST_CALL_MS, idle / 2)),
      setTimeout(endIdle, idle),
      setTimeout(() => this.#cut(), end),
    ];
    this.#runHook();
    return this.ended;
  }

  async #runHook() {
    if (this.#options.onDrain === undefined) return;
    this.#hooks += 1;
    try {
      await this.#options.onDrain(this.#over.signal);
    } catch (error) {
      console.error(error);
    }
    this.#hooks -= 1;
    this.#check();
  }

  /** The listener and all connections have ended. By another hand, nothing is left to do at SIGTERM. */
  #close() {
    this.#closed = true;
    if (this.draining) this.#check();
    else this.#finish(0);
  }

  #check() {
    if (!this.draining || this.#done) return;
    const quiet = this.#closed || (this.#idleOver && this.#traffic.endIdle() === 0);
    if (quiet && this.#hooks === 0) this.#finish(0);
  }

  #cut() {
    const count = this.#traffic.endIdle() + this.#hooks;
    this.#over.abort();
    if (count > 0) {
      const what = `${count} requests or hooks were cut off`;
      console.error(`hotpod: the drain time of ${this.#limit} ms is over: ${what}`);
    }
    this.#finish(count);
  }

  /** @param {number} count of what was cut off */
  #finish(count) {
    if (this.#done) return;
    this.#done = true;
    for (const timer of this.#timers) clearTimeout(timer);
    process.off("SIGTERM", this.#onSigterm);
    if (this.draining) this.#traffic.endAll();
    running.delete(this);
    cutOff += count;
    this.#resolve({ cut: count });
    const exits = this.draining && this.#options.exit !== false;
    if (exits && running.size === 0) process.exit(cutOff > 0 ? 1 : undefined);
  }
}
