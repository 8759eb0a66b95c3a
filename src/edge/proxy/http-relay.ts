import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Destinations, Reached, Unreached } from "./destinations.js";
import { headerPairs, refusalOf, requestHeaders, responseHeaders } from "./pass-headers.js";
import { headerFor, relayStream } from "./stream-relay.js";

/** As large as net/http takes by default is a megabyte; more than any proxy in front lets pass is enough. */
const HEADER_BYTES_MAX = 128 * 1024;
/** A kept connection to the service that rested longer may be about to be closed by it. */
const REST_MS_MAX = 1_000;
const IDLE_MAX = 256;
/** Sent again on a fresh connection when a kept one turns out to be closed. Never with a body. */
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);
const SERVICE = "127.0.0.1";

/** Without a socket: one that rests. */
type Way = Omit<Reached, "socket"> & Partial<Pick<Reached, "socket">>;

/** HTTP/1 of one listening socket, request by request. Clients' sockets come by `server.emit("connection")`. */
export class HttpRelay {
  readonly server: Server;
  readonly #destinations: Destinations;
  readonly #listener: number;
  readonly #agent = new PreparedAgent();
  /** The program ends: every answer is its connection's last. */
  last = false;

  constructor(destinations: Destinations, listener: number) {
    this.#destinations = destinations;
    this.#listener = listener;
    this.server = createServer({
      maxHeaderSize: HEADER_BYTES_MAX,
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 60_000,
      noDelay: true,
    });
    const take = (asked: IncomingMessage, answer: ServerResponse) => {
      void this.#take(asked, answer);
    };
    this.server.on("request", take);
    this.server.on("checkContinue", take);
    this.server.on("checkExpectation", take);
    const stream = (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
      const first = [Buffer.from(requestHead(asked), "latin1"), head];
      void relayStream(this.#destinations, socket as Socket, this.#listener, first);
    };
    this.server.on("upgrade", stream);
    this.server.on("connect", stream);
  }

  async #take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    asked.on("error", () => {});
    answer.on("error", () => {});
    answer.sendDate = false;
    const refusal = refusalOf(asked.httpVersion, asked.rawHeaders);
    if (refusal !== null) {
      refuse(answer, 400, `refused: ${refusal}`);
      return;
    }
    this.#send(asked, answer, this.#keptFor(asked) ?? (await this.#fresh(asked)));
  }

  #send(asked: IncomingMessage, answer: ServerResponse, reached: Way | Unreached): void {
    if (typeof reached === "string") this.#tellWhyNot(answer, reached);
    else this.#forward(asked, answer, reached);
  }

  /** A connection that rests, for a request that could be repeated if it has just ended. */
  #keptFor(asked: IncomingMessage): Way | null {
    if (!isRepeatable(asked) || this.#destinations.options.proxyHeader !== "none") return null;
    const destination = this.#destinations.take(asked.socket);
    if (destination === null) return null;
    const done = () => this.#destinations.release(destination);
    if (this.#agent.has(destination.ports[this.#listener] ?? 0)) return { destination, done };
    done();
    return null;
  }

  #fresh(asked: IncomingMessage): Promise<Reached | Unreached> {
    return this.#destinations.reach(this.#listener, asked.socket);
  }

  #forward(
    asked: IncomingMessage,
    answer: ServerResponse,
    { destination, done, socket: connected }: Way,
  ): void {
    // The client may have left while the service was connected to: its end is not told a second time.
    if (asked.socket.destroyed) {
      connected?.destroy();
      done();
      return;
    }
    const proxyHeader =
      connected === undefined ? null : headerFor(this.#destinations, asked.socket);
    if (proxyHeader !== null) connected?.write(proxyHeader);
    let open = true;
    const end = (): void => {
      if (open) done();
      open = false;
    };
    const options = {
      host: SERVICE,
      port: destination.ports[this.#listener] ?? 0,
      method: asked.method ?? "GET",
      path: asked.url ?? "/",
      headers: this.#headers(asked, proxyHeader === null),
      agent: this.#agent,
      maxHeaderSize: HEADER_BYTES_MAX,
      connected,
    };
    const sent = request(options as RequestOptions);
    sent.on("continue", () => answer.writeContinue());
    sent.on("information", (told) => passInformation(answer, told));
    sent.on("response", (told) => this.#pass(asked, answer, told, end));
    sent.on("error", () => {
      const again = sent.reusedSocket && !answer.headersSent && !asked.socket.destroyed;
      end();
      if (again) void this.#fresh(asked).then((reached) => this.#send(asked, answer, reached));
      else if (answer.headersSent) answer.destroy();
      else refuse(answer, 502, "the service ended the connection without an answer");
    });
    answer.once("close", () => {
      // The client left, or has all of its answer while its request is still on its way.
      if (!answer.writableFinished) sent.destroy();
      end();
    });
    sendBody(asked, sent);
  }

  #headers(asked: IncomingMessage, keep: boolean): string[] {
    const forwarded = this.#destinations.options.forwarded
      ? { client: asked.socket.remoteAddress ?? "unknown", host: asked.headers.host ?? "" }
      : null;
    const { localAddress = "localhost", localPort = 80 } = asked.socket;
    const authority = `${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort}`;
    return requestHeaders(asked.method ?? "GET", asked.rawHeaders, { forwarded, keep, authority });
  }

  #pass(
    asked: IncomingMessage,
    answer: ServerResponse,
    told: IncomingMessage,
    end: () => void,
  ): void {
    const headers = responseHeaders(told.rawHeaders);
    // What is left of a request that was answered early is not read: its connection cannot go on.
    const cut = !asked.complete && /\bclose\b/i.test(told.headers.connection ?? "");
    if (this.last || cut) headers.push("Connection", "close");
    answer.writeHead(told.statusCode ?? 502, told.statusMessage, headers as unknown as string[]);
    // A long stream's first bytes may come late; the client is to know that there is an answer.
    answer.flushHeaders();
    told.on("end", () => {
      const trailers = headerPairs(told.rawTrailers);
      if (trailers.length > 0) answer.addTrailers(trailers);
      answer.end();
    });
    told.on("aborted", () => answer.destroy());
    told.on("error", () => answer.destroy());
    told.on("close", end);
    told.pipe(answer, { end: false });
  }

  #tellWhyNot(answer: ServerResponse, why: Unreached): void {
    if (why === "client-left") return;
    answer.setHeader("Retry-After", "1");
    const reason = why === "queue-full" ? "too many requests wait for it" : "none became ready";
    refuse(answer, 503, `no generation of the service is ready: ${reason}`);
  }
}

/** Takes the connection that was made for a request, or one that rests. */
class PreparedAgent extends Agent {
  constructor() {
    super({ keepAlive: true, maxFreeSockets: IDLE_MAX, timeout: REST_MS_MAX, scheduling: "lifo" });
  }

  has(port: number): boolean {
    const resting = this.freeSockets[this.getName({ host: SERVICE, port })] ?? [];
    return resting.some((socket) => !socket.destroyed && socket.writable);
  }

  override createConnection(options: object): Socket {
    const { connected } = options as { connected?: Socket };
    if (connected !== undefined) return connected;
    const { port } = options as { port: number };
    return super.createConnection({ host: SERVICE, port }) as unknown as Socket;
  }

  /** A connection made for a request is for it, also when another one rests. */
  addRequest(sent: ClientRequest, options: object): void {
    const { connected } = options as { connected?: Socket };
    const own = Agent.prototype as unknown as {
      addRequest(sent: ClientRequest, options: object): void;
    };
    if (connected === undefined) own.addRequest.call(this, sent, options);
    else {
      const { host, port } = options as { host: string; port: number };
      const name = this.getName({ host, port });
      const free = this.freeSockets as Record<string, Socket[] | undefined>;
      const resting = free[name];
      delete free[name];
      own.addRequest.call(this, sent, options);
      if (resting !== undefined) free[name] = [...resting, ...(free[name] ?? [])];
    }
  }
}

function isRepeatable(asked: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": coding } = asked.headers;
  return REPEATABLE.has(asked.method ?? "") && length === undefined && coding === undefined;
}

function sendBody(asked: IncomingMessage, sent: ClientRequest): void {
  // Sent again: it has no body, and its end has been told.
  if (asked.readableEnded) {
    sent.end();
    return;
  }
  if (asked.headers.expect !== undefined) sent.flushHeaders();
  asked.on("end", () => {
    const trailers = headerPairs(asked.rawTrailers);
    if (trailers.length > 0) sent.addTrailers(trailers);
    sent.end();
  });
  sent.on("close", () => {
    asked.unpipe(sent);
    asked.resume();
  });
  asked.pipe(sent, { end: false });
}

/** Interim answers other than 100, such as 103 Early Hints. */
function passInformation(
  answer: ServerResponse,
  { statusCode, statusMessage, rawHeaders }: InformationTold,
): void {
  if (statusCode === 100 || answer.headersSent || answer.socket === null) return;
  const head = headOf(`HTTP/1.1 ${statusCode} ${statusMessage}`, rawHeaders);
  (answer as unknown as { _writeRaw(text: string, encoding: string): void })._writeRaw(
    head,
    "latin1",
  );
}

interface InformationTold {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly rawHeaders: readonly string[];
}

function requestHead({ method, url, rawHeaders }: IncomingMessage): string {
  return headOf(`${method} ${url} HTTP/1.1`, rawHeaders);
}

function headOf(firstLine: string, rawHeaders: readonly string[]): string {
  const lines = headerPairs(rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${firstLine}\r\n${lines.join("")}\r\n`;
}

function refuse(answer: ServerResponse, code: number, reason: string): void {
  if (answer.headersSent || answer.destroyed) return;
  const body = `hotpod: ${reason}\n`;
  answer.writeHead(code, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  });
  answer.end(body);
}
