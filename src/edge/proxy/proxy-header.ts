import { isIPv4, isIPv6 } from "node:net";
import { bytesV6 } from "#edge/native/socket-address.js";

/** One end of a client's connection. */
export interface End {
  readonly address: string;
  readonly port: number;
}

const SIGNATURE = Buffer.from([13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]);

/** The header of the PROXY protocol (haproxy.org, proxy-protocol.txt, §2.1 and §2.2). null: the ends are not known, as on a Unix socket. */
export function proxyHeader(version: "v1" | "v2", from: End | null, to: End | null): Buffer {
  const ends = from === null || to === null ? null : ([plain(from), plain(to)] as const);
  const family = ends === null ? null : familyOf(ends);
  if (ends === null || family === null) {
    return version === "v1" ? Buffer.from("PROXY UNKNOWN\r\n") : v2(0x00, Buffer.alloc(0));
  }
  const [source, target] = ends;
  if (version === "v1") {
    const { address, port } = source;
    return Buffer.from(
      `PROXY TCP${family} ${address} ${target.address} ${port} ${target.port}\r\n`,
    );
  }
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE(target.port, 2);
  const addresses = Buffer.concat([addressBytes(source.address), addressBytes(target.address)]);
  return v2(family === 4 ? 0x11 : 0x21, Buffer.concat([addresses, ports]));
}

function v2(family: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  // Version 2; LOCAL where nothing is known of the client, else PROXY.
  head[0] = family === 0 ? 0x20 : 0x21;
  head[1] = family;
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([SIGNATURE, head, payload]);
}

/** A dual-stack socket shows IPv4 clients as ::ffff:192.0.2.1. */
function plain(end: End): End {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(end.address)?.[1];
  return mapped === undefined ? end : { ...end, address: mapped };
}

function familyOf([one, other]: readonly [End, End]): 4 | 6 | null {
  if (isIPv4(one.address) && isIPv4(other.address)) return 4;
  return isIPv6(one.address) && isIPv6(other.address) ? 6 : null;
}

function addressBytes(address: string): Buffer {
  return isIPv4(address) ? Buffer.from(address.split(".").map(Number)) : bytesV6(address);
}
