import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server as HttpServer, RequestListener } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { resolveEndpoint } from "#edge/listeners/endpoint.js";
import { openSocket } from "#edge/listeners/open-socket.js";
import { loadLibc } from "#edge/native/libc.js";
import { freePorts } from "#edge/observe/free-port.js";
import type { RelayNews, RelayOptions } from "#edge/proxy/messages.js";
import { Relay } from "#edge/proxy/relay.js";

export const RELAY: RelayOptions = {
  protocol: "auto",
  forwarded: false,
  proxyHeader: "none",
  queueMax: 100,
  waitMs: 10_000,
};

export interface RelayRig {
  readonly relay: Relay;
  readonly port: number;
  readonly news: RelayNews[];
}

/** A relay in this process, closed with the test. */
export async function openRelay(
  context: TestContext,
  options: Partial<RelayOptions> = {},
): Promise<RelayRig> {
  const libc = loadLibc();
  const [port = 0] = await freePorts(1);
  const endpoint = resolveEndpoint(libc, { kind: "tcp", host: "127.0.0.1", port });
  assert.ok(endpoint !== null);
  const opened = openSocket(libc, endpoint, false);
  assert.ok(opened.ok);
  const news: RelayNews[] = [];
  const relay = new Relay({ ...RELAY, ...options }, (one) => news.push(one));
  relay.open([opened.value.fd]);
  context.after(() => relay.close());
  return { relay, port, news };
}

/** A service of one generation, which gets what is new from now on. */
export async function serve(
  context: TestContext,
  { relay }: RelayRig,
  generation: number,
  service: Server | HttpServer | RequestListener,
): Promise<Server | HttpServer> {
  const server = typeof service === "function" ? createHttpServer(service) : service;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  relay.take({ kind: "add", generation, ports: [(server.address() as AddressInfo).port] });
  relay.take({ kind: "route", generation });
  return server;
}

/** Sends raw text and reads until `until` matches or the connection ends. */
export async function converse(
  port: number,
  text: string,
  until: RegExp = /$^/,
): Promise<{ readonly told: string; readonly socket: Socket }> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text, "latin1");
  const told = await readUntil(socket, until);
  return { told, socket };
}

export async function readUntil(socket: Socket, until: RegExp): Promise<string> {
  let told = "";
  return new Promise((resolve, reject) => {
    const done = (): void => {
      socket.off("data", take);
      resolve(told);
    };
    const take = (bytes: Buffer): void => {
      told += bytes.toString("latin1");
      if (until.test(told)) done();
    };
    socket.on("data", take);
    socket.once("end", done);
    socket.once("error", reject);
  });
}

/** The answer's number of a conversation. */
export const codeOf = (told: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(told)?.[1]);
