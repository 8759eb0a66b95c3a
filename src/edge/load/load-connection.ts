import { connect, type Socket } from "node:net";
import { type HttpAnswer, type ParserStep, ResponseParser } from "./response-parser.js";
import type { FailureReason } from "./tally.js";
import { VersionSequence } from "./version-sequence.js";

/** What one connection tells its owner. Exactly one `ended` or `failed` is the last call. */
export interface ConnectionOwner {
  connected(connection: LoadConnection): void;
  answered(connection: LoadConnection, answer: HttpAnswer): void;
  /** Over without harm: no request was waiting for an answer. */
  ended(connection: LoadConnection): void;
  failed(connection: LoadConnection, reason: FailureReason, detail: string): void;
}

type Phase = "connecting" | "idle" | "waiting" | "over";

/** One TCP connection with at most one request under way. Never retries anything. */
export class LoadConnection {
  readonly versions = new VersionSequence();
  readonly #owner: ConnectionOwner;
  readonly #parser = new ResponseParser();
  readonly #socket: Socket;
  #phase: Phase = "connecting";
  /** From when the latency of what is under way counts. */
  dueMs: number;

  constructor(target: { host: string; port: number }, dueMs: number, owner: ConnectionOwner) {
    this.dueMs = dueMs;
    this.#owner = owner;
    this.#socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      // One buffer for all connections: each read is consumed before the next one begins.
      onread: { buffer: SHARED, callback: (bytes, buffer) => this.#read(bytes, buffer) },
    });
    this.#socket.on("connect", () => {
      if (this.#phase !== "connecting") return;
      this.#phase = "idle";
      owner.connected(this);
    });
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.#broken(error));
    this.#socket.on("end", () => this.#peerClosed());
    this.#socket.on("close", () => this.#peerClosed());
  }

  /** Something is expected of the server at the moment. */
  isWaiting(): boolean {
    return this.#phase === "connecting" || this.#phase === "waiting";
  }

  send(request: Buffer, dueMs: number): void {
    this.dueMs = dueMs;
    this.#phase = "waiting";
    this.#socket.write(request);
  }

  /** Ends an idle connection; the owner is told. */
  finish(): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#socket.end();
    // A server that never closes its side must not keep the descriptor.
    this.#socket.destroySoon();
    this.#owner.ended(this);
  }

  giveUp(reason: FailureReason, detail: string): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#socket.destroy();
    this.#owner.failed(this, reason, detail);
  }

  #read(bytes: number, buffer: Uint8Array): boolean {
    if (this.#phase === "idle") {
      this.giveUp("malformed", `${bytes} bytes that nobody asked for`);
    } else if (this.#phase === "waiting") {
      this.#take(this.#parser.push(buffer.subarray(0, bytes) as Buffer));
    }
    return true;
  }

  #take(step: ParserStep): void {
    if (step.kind === "malformed") {
      this.giveUp("malformed", step.detail);
    } else if (step.kind === "answer") {
      this.#phase = "idle";
      this.#owner.answered(this, step.answer);
    }
  }

  #peerClosed(): void {
    if (this.#phase === "waiting") this.#take(this.#parser.end());
    if (this.#phase === "over") return;
    if (this.#phase === "idle") this.finish();
    else if (this.#phase === "connecting") this.giveUp("reset", "closed while connecting");
    else if (this.#parser.started) this.giveUp("cut", "the connection ended inside the answer");
    else this.giveUp("unanswered", "the connection ended before the answer began");
  }

  #broken(error: NodeJS.ErrnoException): void {
    const code = error.code ?? error.message;
    if (this.#phase === "idle") this.finish();
    else this.giveUp(REASONS[code] ?? "local", code);
  }
}

const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

const REASONS: Readonly<Record<string, FailureReason>> = {
  ECONNREFUSED: "refused",
  ENOENT: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ECONNABORTED: "reset",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  ETIMEDOUT: "timeout",
};
