import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { createWatch } from "./watch.js";

/** The file is looked at this often even if nothing was told. */
const POLL_MS = 1000;
/** Content has to stay the same for this long: what is being written is not judged. */
const SETTLE_MS = 100;

/**
 * How changes are learnt of.
 * @typedef {{ readonly pollMs: number, readonly settleMs: number, readonly notify: boolean }} How
 */

/**
 * A value that follows its file. New content is decoded, validated, frozen, and put in place of the old value at once; content that
 * is refused changes nothing.
 *
 * @template T
 * @param {string} path
 * @param {import("../index.js").ConfigOptions<T>} [options]
 * @returns {import("../index.js").Config<T>}
 */
export function config(path, options = {}) {
  return follow(path, options, { pollMs: POLL_MS, settleMs: SETTLE_MS, notify: true });
}

/**
 * `config`, with the ways of learning of changes chosen.
 *
 * @template T
 * @param {string} path
 * @param {import("../index.js").ConfigOptions<T>} options
 * @param {How} how
 * @returns {import("../index.js").Config<T>}
 */
export function follow(path, options, how) {
  return new Config(resolve(path), options, how);
}

/**
 * @template T
 * @extends {EventEmitter<{ change: [value: T, old: T], error: [Error] }>}
 */
class Config extends EventEmitter {
  #path;
  #options;
  #settleMs;
  /** @type {ReturnType<typeof createWatch> | undefined} */
  #watch;
  /** @type {NodeJS.Timeout | undefined} */
  #poll;
  /**
   * Content that was seen once, and the timer after which it is judged if it is still there.
   * @type {{ hash: string, timer?: NodeJS.Timeout }}
   */
  #pending = { hash: "" };
  /** @type {{ value: T, hash: string, version: import("../index.js").Version }} */
  #current;
  /** @type {{ hash: string, error: Error } | undefined} */
  #refused;

  /**
   * @param {string} path
   * @param {import("../index.js").ConfigOptions<T>} options
   * @param {How} how
   */
  constructor(path, options, { pollMs, settleMs, notify }) {
    super();
    this.#path = path;
    this.#options = options;
    this.#settleMs = settleMs;
    // The watch comes first: what changes after this look is told.
    if (notify) this.#watch = createWatch(path, () => this.#look());
    try {
      const { hash, content } = read(path);
      this.#current = taken(this.#judge(content), hash, 1);
    } catch (error) {
      this.close();
      throw this.#explain(error);
    }
    this.#poll = setInterval(() => this.#look(), pollMs).unref();
  }

  get value() {
    return this.#current.value;
  }

  get version() {
    return this.#current.version;
  }

  get error() {
    return this.#refused?.error ?? null;
  }

  close() {
    this.#watch?.close();
    this.#watch = undefined;
    clearInterval(this.#poll);
    this.#settle();
  }

  /** What is new is looked at again before it is judged. */
  #look() {
    // Watched first: what changes after this look is told.
    this.#watch?.follow();
    const { hash } = read(this.#path);
    if (this.#known(hash)) return;
    if (this.#pending.timer !== undefined && this.#pending.hash === hash) return;
    this.#settle();
    const timer = setTimeout(() => this.#lookAgain(hash), this.#settleMs).unref();
    this.#pending = { hash, timer };
  }

  /** @param {string} before */
  #lookAgain(before) {
    this.#settle();
    const { hash, content } = read(this.#path);
    if (this.#known(hash)) return;
    if (hash !== before) return this.#look();
    try {
      this.#put(this.#judge(content), hash);
    } catch (cause) {
      this.#refuse(hash, this.#explain(cause));
    }
  }

  /**
   * Nothing to do: it is in place, or refused already.
   * @param {string} hash
   */
  #known(hash) {
    const inPlace = hash === this.#current.hash;
    if (inPlace) this.#refused = undefined;
    const known = inPlace || hash === this.#refused?.hash;
    if (known) this.#settle();
    return known;
  }

  /**
   * @param {Buffer | Error} content
   * @returns {T}
   */
  #judge(content) {
    if (content instanceof Error) throw content;
    const { decode = (/** @type {Buffer} */ bytes) => JSON.parse(String(bytes)), validate } =
      this.#options;
    const value = /** @type {T} */ (synchronous(decode(content), "decode"));
    return frozen(/** @type {T} */ (synchronous(validate?.(value), "validate") ?? value));
  }

  /**
   * @param {T} value
   * @param {string} hash
   */
  #put(value, hash) {
    const old = this.#current;
    this.#current = taken(value, hash, old.version.number + 1);
    this.#refused = undefined;
    // Not from here: what a listener throws is no refusal.
    queueMicrotask(() => this.emit("change", value, old.value));
  }

  /**
   * @param {string} hash
   * @param {Error} error
   */
  #refuse(hash, error) {
    this.#refused = { hash, error };
    // Without a listener, an "error" event ends the process.
    if (this.listenerCount("error") > 0) queueMicrotask(() => this.emit("error", error));
  }

  #settle() {
    clearTimeout(this.#pending.timer);
    this.#pending = { hash: "" };
  }

  /** @param {unknown} cause */
  #explain(cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new Error(`hotpod: configuration ${this.#path}: ${reason}`, { cause });
  }
}

/**
 * @template T
 * @param {T} value
 * @param {string} hash
 * @param {number} number
 */
function taken(value, hash, number) {
  const version = Object.freeze({ number, hash: hash.slice(0, 12), at: new Date() });
  return { value, hash, version };
}

/**
 * Content, or why there is none, under a hash that tells both.
 * @param {string} path
 * @returns {{ hash: string, content: Buffer | Error }}
 */
function read(path) {
  try {
    // A read of a pipe could wait for ever.
    if (!statSync(path).isFile()) throw new Error("it is no regular file");
    const content = readFileSync(path);
    return { hash: createHash("sha256").update(content).digest("hex"), content };
  } catch (cause) {
    const content = cause instanceof Error ? cause : new Error(String(cause));
    return { hash: `none: ${content.message}`, content };
  }
}

/**
 * A promise would be taken as the value.
 * @param {unknown} value
 * @param {string} by
 */
function synchronous(value, by) {
  const then = typeof value === "object" && value !== null && "then" in value && value.then;
  if (typeof then === "function") throw new TypeError(`${by} must not return a promise`);
  return value;
}

/**
 * The whole value, as far as arrays and objects go. What views memory cannot be frozen.
 * @template T
 * @param {T} value
 * @param {Set<unknown>} seen
 * @returns {T}
 */
function frozen(value, seen = new Set()) {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || ArrayBuffer.isView(value) || seen.has(value)) return value;
  seen.add(Object.freeze(value));
  for (const key of Reflect.ownKeys(value)) {
    frozen(Object.getOwnPropertyDescriptor(value, key)?.value, seen);
  }
  return value;
}
