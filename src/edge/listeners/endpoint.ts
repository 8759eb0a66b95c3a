import { isIPv4, isIPv6 } from "node:net";
import type { Libc } from "#edge/native/libc.js";
import { AF_INET, AF_INET6, addressV4, addressV6, bytesV6 } from "#edge/native/socket-address.js";
import type { ListenAddress } from "#model/listener.js";
import { type SocketRow, tableHost } from "./socket-table.js";

export type NetworkAddress = Extract<ListenAddress, { kind: "tcp" | "udp" }>;

/** A TCP or UDP address resolved to what is bound. */
export interface Endpoint {
  readonly address: NetworkAddress;
  readonly protocol: "tcp" | "udp";
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** IPv6 socket that takes IPv4 as well. */
  readonly dual: boolean;
  /** IPv6 socket that takes IPv4 alone (`::ffff:127.0.0.1`), as Java binds. */
  readonly mapped: boolean;
  readonly wildcard: boolean;
  readonly port: number;
  readonly socketAddress: Buffer;
  /** As /proc/net/tcp* prints the bound host. */
  readonly tableHost: string;
  /** Where this machine reaches it over IPv4; null: only over IPv6. */
  readonly reachV4: string | null;
  /** Where this machine reaches it at all. */
  readonly reach: string;
}

/** null: the host is no numeric address and not `localhost`. */
export function resolveEndpoint(libc: Libc, address: NetworkAddress): Endpoint | null {
  const host = address.host === "localhost" ? "127.0.0.1" : address.host;
  const common = { address, protocol: address.kind, port: address.port };
  if (host === "") {
    return kernelHasV6(libc)
      ? { ...common, ...v6("::", address.port), dual: true, reachV4: "127.0.0.1" }
      : { ...common, ...v4("0.0.0.0", address.port) };
  }
  if (isIPv4(host)) return { ...common, ...v4(host, address.port) };
  if (isIPv6(host)) return { ...common, ...v6(host, address.port) };
  return null;
}

/** Whether a socket of this row and ours would both be asked for some connection. */
export function overlaps(endpoint: Endpoint, row: SocketRow): boolean {
  if (row.port !== endpoint.port) return false;
  const { family, host } = withoutMapping(row);
  const own = withoutMapping({
    family: endpoint.family === AF_INET ? 4 : 6,
    host: endpoint.tableHost,
  });
  const sameFamily = family === own.family;
  if (sameFamily && host === own.host) return true;
  const rowWildcard = /^0+$/.test(host);
  if (sameFamily) return rowWildcard || endpoint.wildcard;
  return family === 6 ? rowWildcard && row.v6Only !== true : endpoint.dual;
}

/** `::ffff:127.0.0.1`, as Java binds it, takes connections over IPv4 alone. */
function withoutMapping({ family, host }: TableAddress): TableAddress {
  const isMapped = family === 6 && host.startsWith(MAPPED);
  return isMapped ? { family: 4, host: host.slice(MAPPED.length) } : { family, host };
}

type TableAddress = Pick<SocketRow, "family" | "host">;

/** As /proc/net/tcp6 prints it. */
const MAPPED = "0000000000000000FFFF0000";

/** Whether some connection could go to either. */
export function overlapping(one: Endpoint, other: Endpoint): boolean {
  if (one.port !== other.port || one.protocol !== other.protocol) return false;
  if (takesV4Alone(one) !== takesV4Alone(other)) return one.dual || other.dual;
  return one.wildcard || other.wildcard || hostOf(one) === hostOf(other);
}

/** Whether every connection that `inner` takes could go to `outer` as well. */
export function covers(outer: Endpoint, inner: Endpoint): boolean {
  if (!overlapping(outer, inner)) return false;
  if (inner.dual) return outer.dual;
  return outer.dual || outer.wildcard || hostOf(outer) === hostOf(inner);
}

export function takesV4Alone({ family, mapped }: Endpoint): boolean {
  return family === AF_INET || mapped;
}

function hostOf({ mapped, tableHost: host }: Endpoint): string {
  return mapped ? host.slice(MAPPED.length) : host;
}

/** Whether sockets of both are of one kind, and in one group. */
export function sameAddress(one: Endpoint, other: Endpoint): boolean {
  return (
    one.port === other.port &&
    one.protocol === other.protocol &&
    one.family === other.family &&
    one.dual === other.dual &&
    one.tableHost === other.tableHost
  );
}

/** Whether a socket of this row is in the same SO_REUSEPORT group as ours. */
export function sameGroup(endpoint: Endpoint, row: SocketRow): boolean {
  return (
    row.port === endpoint.port &&
    row.host === endpoint.tableHost &&
    (row.family === 4) === (endpoint.family === AF_INET) &&
    (row.v6Only === null ||
      endpoint.family === AF_INET ||
      row.v6Only !== (endpoint.dual || endpoint.mapped))
  );
}

function v4(host: string, port: number) {
  const socketAddress = addressV4(host, port);
  const wildcard = host === "0.0.0.0";
  const reach = wildcard ? "127.0.0.1" : host;
  return {
    family: AF_INET,
    dual: false,
    mapped: false,
    wildcard,
    socketAddress,
    tableHost: tableHost(socketAddress.subarray(4, 8)),
    reachV4: reach,
    reach,
  } as const;
}

function v6(host: string, port: number) {
  const bytes = bytesV6(host);
  const host4 = mappedV4(bytes);
  const wildcard = host4 === null ? bytes.every((byte) => byte === 0) : host4 === "0.0.0.0";
  const reachV4 = host4 !== null && wildcard ? "127.0.0.1" : host4;
  return {
    family: AF_INET6,
    dual: false,
    mapped: host4 !== null,
    wildcard,
    socketAddress: addressV6(host, port),
    tableHost: tableHost(bytes),
    reachV4,
    reach: reachV4 ?? (wildcard ? "::1" : host),
  } as const;
}

function mappedV4(bytes: Buffer): string | null {
  const isMapped = tableHost(bytes).startsWith(MAPPED);
  return isMapped ? bytes.subarray(12).join(".") : null;
}

/** A kernel can have IPv6 compiled in and switched off: only binding tells. */
function kernelHasV6(libc: Libc): boolean {
  const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
  const fd = libc.socket(AF_INET6, SOCK_STREAM_CLOEXEC, 0);
  if (fd < 0) return false;
  const bound = libc.bind(fd, addressV6("::", 0));
  libc.close(fd);
  return bound === 0;
}
