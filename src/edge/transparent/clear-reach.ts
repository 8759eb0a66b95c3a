import { isIPv4 } from "node:net";
import { type Endpoint, takesV4Alone } from "#edge/listeners/endpoint.js";
import type { Reach } from "#edge/listeners/own-listeners.js";
import { sourceAddress } from "#edge/listeners/source-address.js";
import { reachOf } from "#edge/listeners/steered-group.js";
import { AF_INET } from "#edge/native/socket-address.js";
import type { GenerationId } from "#model/generation.js";

/**
 * Where this machine reaches a generation at an address, though others that listen meanwhile (`others`) take a part of its
 * connections: to 127.0.0.1 whoever binds that goes first, then 0.0.0.0, then an IPv6 socket that takes IPv4 as well. A
 * wildcard is reached by another loopback address, or over IPv6, where nobody goes first.
 */
export function clearReach(
  endpoint: Endpoint,
  generation: GenerationId,
  others: readonly Endpoint[],
): Reach {
  const { port } = endpoint;
  const usual = reachOf(endpoint, generation);
  const localAddress = sourceAddress(generation);
  const byV4 = { host: localAddress, port, localAddress };
  const ways: Exclude<Reach, { socketPath: string }>[] = "host" in usual ? [usual] : [];
  if (endpoint.wildcard && endpoint.reachV4 !== null) ways.push(byV4);
  if (endpoint.dual) ways.push({ host: "::1", port });
  const near = others.filter((other) => other.port === port && other.protocol === "tcp");
  const isFirst = (host: string) =>
    near.every((other) => preference(other, host) < preference(endpoint, host));
  return ways.find(({ host }) => isFirst(host)) ?? usual;
}

/** The higher, the earlier the kernel chooses a socket of this address for a connection to `host`; 0: it does not take it. */
function preference(endpoint: Endpoint, host: string): number {
  const v4 = takesV4Alone(endpoint);
  if (isIPv4(host) ? !v4 && !endpoint.dual : v4) return 0;
  const later = isIPv4(host) && endpoint.family !== AF_INET;
  if (!endpoint.wildcard && endpoint.reach !== host) return 0;
  return (endpoint.wildcard ? 2 : 4) - Number(later);
}
