import type { Socket } from "node:net";
import type { Destinations } from "./destinations.js";
import { type End, proxyHeader } from "./proxy-header.js";

/** A connection whose bytes belong to one generation to its end: WebSocket, CONNECT, HTTP/2, plain TCP. */
export async function relayStream(
  destinations: Destinations,
  client: Socket,
  listener: number,
  first: readonly Buffer[],
): Promise<void> {
  client.pause();
  client.on("error", () => {});
  const reached = await destinations.reach(listener, client);
  if (typeof reached === "string") {
    client.destroy();
    return;
  }
  const { socket: service, done } = reached;
  const head = headerFor(destinations, client);
  if (head !== null) service.write(head);
  for (const bytes of first) if (bytes.length > 0) service.write(bytes);
  // Half-closed is not closed: an answer may follow the end of what was asked.
  client.pipe(service);
  service.pipe(client);
  service.once("close", () => {
    done();
    client.destroySoon();
  });
  client.once("close", () => service.destroySoon());
  client.on("error", () => service.destroy());
  service.on("error", () => client.destroy());
  // The client may have left while the service was connected to: its end is not told a second time.
  if (client.destroyed) service.destroy();
}

/** The PROXY protocol's header of this client, where it is asked for. */
export function headerFor({ options }: Destinations, client: Socket): Buffer | null {
  if (options.proxyHeader === "none") return null;
  const from = end(client.remoteAddress, client.remotePort);
  const to = end(client.localAddress, client.localPort);
  return proxyHeader(options.proxyHeader, from, to);
}

function end(address: string | undefined, port: number | undefined): End | null {
  return address === undefined || port === undefined ? null : { address, port };
}
