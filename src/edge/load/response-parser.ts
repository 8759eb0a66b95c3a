/** One whole answer. `body` is valid until the next `push`. */
export interface HttpAnswer {
  readonly status: number;
  /** The server will take another request on this connection. */
  readonly keepAlive: boolean;
  readonly body: Buffer;
}

export type ParserStep =
  | { readonly kind: "more" }
  | { readonly kind: "answer"; readonly answer: HttpAnswer }
  | { readonly kind: "malformed"; readonly detail: string };

const EMPTY = Buffer.alloc(0);
const CONNECTION = /\r\nconnection:[ \t]*([^\r]*)/i;
const LENGTH = /\r\ncontent-length:[ \t]*([^\r]*)/i;
const ENCODING = /\r\ntransfer-encoding:[ \t]*([^\r]*)/i;
const MORE: ParserStep = { kind: "more" };
const HEAD_LIMIT_BYTES = 64 * 1024;
const HEAD_END = Buffer.from("\r\n\r\n");

type Phase =
  | { readonly kind: "head" }
  | { readonly kind: "length"; left: number }
  | { readonly kind: "chunk-size" }
  | { readonly kind: "chunk"; left: number }
  | { readonly kind: "trailers" }
  | { readonly kind: "until-close" };

/**
 * Reads HTTP/1.1 answers to GET requests from one connection, a piece at a time. Strict on purpose: a byte too many or
 * too few is what a bad hand-over looks like, and a forgiving parser would hide it.
 */
export class ResponseParser {
  #phase: Phase = { kind: "head" };
  #pending: Buffer = EMPTY;
  #pieces: Buffer[] = [];
  #status = 0;
  #keepAlive = true;
  /** Some byte of the answer that is due has arrived. */
  started = false;

  /** Takes what arrived. The chunk may be reused by the caller afterwards. */
  push(chunk: Buffer): ParserStep {
    this.started = true;
    const input = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = EMPTY;
    return this.#consume(input);
  }

  /** The peer has sent its FIN: ends an answer that has no length, else nothing more can come. */
  end(): ParserStep {
    return this.#phase.kind === "until-close" ? this.#finish() : MORE;
  }

  #consume(input: Buffer): ParserStep {
    let rest = input;
    for (;;) {
      const step = this.#advance(rest);
      if (step.kind === "need-more") {
        // What is kept must not alias the caller's buffer, which the next read overwrites.
        this.#pending = step.rest.length === 0 ? EMPTY : Buffer.from(step.rest);
        return MORE;
      }
      if (step.kind === "malformed") return step;
      if (step.kind === "complete") {
        if (step.rest.length > 0) {
          return malformed(`${step.rest.length} bytes after the end of the answer`);
        }
        return this.#finish();
      }
      rest = step.rest;
    }
  }

  #advance(rest: Buffer): Advance {
    const phase = this.#phase;
    switch (phase.kind) {
      case "head":
        return this.#readHead(rest);
      case "length":
      case "chunk":
        return this.#readBytes(rest, phase);
      case "chunk-size":
        return this.#readChunkSize(rest);
      case "trailers":
        return this.#readTrailer(rest);
      case "until-close":
        if (rest.length > 0) this.#pieces.push(Buffer.from(rest));
        return { kind: "need-more", rest: EMPTY };
    }
  }

  #readHead(rest: Buffer): Advance {
    const end = rest.indexOf(HEAD_END);
    if (end < 0) {
      if (rest.length > HEAD_LIMIT_BYTES) return malformed("the head has no end");
      return { kind: "need-more", rest };
    }
    const head = rest.toString("latin1", 0, end);
    const after = rest.subarray(end + 4);
    const status = /^HTTP\/1\.([01]) (\d{3})/.exec(head);
    if (status === null) return malformed(`no status line: ${JSON.stringify(head.slice(0, 40))}`);
    this.#status = Number(status[2]);
    if (this.#status < 200 && this.#status !== 101) return { kind: "go-on", rest: after };
    const connection = field(head, CONNECTION)?.toLowerCase() ?? "";
    this.#keepAlive = status[1] === "1" ? connection !== "close" : connection === "keep-alive";
    return this.#enterBody(head, after);
  }

  #enterBody(head: string, after: Buffer): Advance {
    const length = field(head, LENGTH);
    const chunked = field(head, ENCODING)?.toLowerCase() === "chunked";
    if (this.#status === 204 || this.#status === 304) return { kind: "complete", rest: after };
    if (chunked) {
      this.#phase = { kind: "chunk-size" };
      return { kind: "go-on", rest: after };
    }
    if (length === null) {
      this.#phase = { kind: "until-close" };
      this.#keepAlive = false;
      return { kind: "go-on", rest: after };
    }
    if (!/^\d{1,15}$/.test(length)) return malformed(`content-length ${JSON.stringify(length)}`);
    this.#phase = { kind: "length", left: Number(length) };
    return { kind: "go-on", rest: after };
  }

  #readBytes(rest: Buffer, phase: { readonly kind: "length" | "chunk"; left: number }): Advance {
    const take = Math.min(phase.left, rest.length);
    const piece = rest.subarray(0, take);
    phase.left -= take;
    const after = rest.subarray(take);
    if (phase.left > 0) {
      if (take > 0) this.#pieces.push(Buffer.from(piece));
      return { kind: "need-more", rest: EMPTY };
    }
    if (phase.kind === "length") {
      // The common case, all in one read: no copy.
      this.#pieces.push(piece);
      return { kind: "complete", rest: after };
    }
    if (after.length < 2) {
      this.#pieces.push(Buffer.from(piece));
      return { kind: "need-more", rest: after };
    }
    if (after[0] !== 13 || after[1] !== 10) return malformed("a chunk longer than its size");
    this.#pieces.push(Buffer.from(piece));
    this.#phase = { kind: "chunk-size" };
    return { kind: "go-on", rest: after.subarray(2) };
  }

  #readChunkSize(rest: Buffer): Advance {
    const end = rest.indexOf("\r\n");
    if (end < 0) return { kind: "need-more", rest };
    const line = rest.toString("latin1", 0, end);
    const size = /^[0-9a-fA-F]{1,12}/.exec(line);
    if (size === null) return malformed(`chunk size ${JSON.stringify(line.slice(0, 20))}`);
    const left = Number.parseInt(size[0], 16);
    this.#phase = left === 0 ? { kind: "trailers" } : { kind: "chunk", left };
    return { kind: "go-on", rest: rest.subarray(end + 2) };
  }

  #readTrailer(rest: Buffer): Advance {
    const end = rest.indexOf("\r\n");
    if (end < 0) return { kind: "need-more", rest };
    const after = rest.subarray(end + 2);
    return end === 0 ? { kind: "complete", rest: after } : { kind: "go-on", rest: after };
  }

  #finish(): ParserStep {
    const pieces = this.#pieces;
    const body = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    const answer = { status: this.#status, keepAlive: this.#keepAlive, body };
    this.#phase = { kind: "head" };
    this.#pieces = [];
    this.started = false;
    return { kind: "answer", answer };
  }
}

type Advance =
  | { readonly kind: "need-more"; readonly rest: Buffer }
  | { readonly kind: "go-on"; readonly rest: Buffer }
  | { readonly kind: "complete"; readonly rest: Buffer }
  | { readonly kind: "malformed"; readonly detail: string };

const malformed = (detail: string) => ({ kind: "malformed", detail }) as const;

/** The value of a header field; null when it is absent. */
function field(head: string, pattern: RegExp): string | null {
  const match = pattern.exec(head);
  return match === null ? null : (match[1] as string).trim();
}
