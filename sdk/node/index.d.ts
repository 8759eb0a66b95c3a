import type { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";

/** Where a server listens, as `server.listen` takes it. */
export type Place = { fd: number } | { port: number; host?: string } | { path: string };

/**
 * The inherited socket for this address; outside hotpod the address itself.
 *
 * - `"http=:8080"`: the socket that hotpod was given as `--listen http=…`, else one on port 8080.
 * - `":8080"`: one on that port; `"name=http"`: by name and nothing else; `"/run/web.sock"`: a Unix socket.
 *
 * Each socket is given out once. Throws under hotpod when none matches.
 */
export function listen(nameOrAddress: string): Place;

export interface ServeOptions {
  /** Listens there by `listen`. Without it, the service calls `server.listen` itself. */
  listen?: string;
  /** From SIGTERM until the process must have ended: milliseconds, or "25s". Else HOTPOD_DRAIN, else 25 s. */
  drain?: number | string;
  /** Called when the drain begins, and waited for. The signal aborts when the drain time is over. */
  onDrain?: (signal: AbortSignal) => unknown;
  /** Whether the process exits once all its services have ended: with 1 if anything was cut off, else 0. True unless given. */
  exit?: boolean;
}

export interface Service {
  /** True from SIGTERM on: for a readiness probe of the service's own. */
  readonly draining: boolean;
  /** Aborts when the drain begins: for long polls, server-sent events, WebSockets. */
  readonly signal: AbortSignal;
  /** What SIGTERM does. */
  drain(): Promise<{ cut: number }>;
  /** When the drain is over: how many requests, upgraded connections and hooks it cut off. */
  readonly ended: Promise<{ cut: number }>;
}

/** Drains the server on SIGTERM, and listens if `listen` is given. */
export function serve(server: HttpServer | HttpsServer, options?: ServeOptions): Service;

/** 1, 2, 3… under hotpod, 0 elsewhere. */
export function generation(): number;

export interface ConfigOptions<T> {
  /** Content to value. Without it: JSON. */
  decode?: (content: Buffer) => unknown;
  /** Refuses by throwing. What it returns, unless undefined, is taken in place of what it was given. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function without a return value is meant.
  validate?: (value: T) => T | void;
}

export interface Version {
  /** Counts from 1, which is what the program started with. */
  readonly number: number;
  /** The beginning of the content's SHA-256, 12 hexadecimal digits: hotpod's log names a content in the same way. */
  readonly hash: string;
  /** When the value was put in place. */
  readonly at: Date;
}

export interface Config<T> extends EventEmitter<{ change: [value: T, old: T]; error: [Error] }> {
  /** The value in place, frozen. */
  readonly value: T;
  readonly version: Version;
  /** Why what the file has now was not taken; null when it was. */
  readonly error: Error | null;
  /** Ends following. The value stays. */
  close(): void;
}

/** Reads a file, and follows it until `close`. Throws when it is missing or refused at the start. */
export function config<T = unknown>(path: string, options?: ConfigOptions<T>): Config<T>;
