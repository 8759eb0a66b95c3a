/** Socket addresses as the kernel reads them: `struct sockaddr_in`, `sockaddr_in6`, `sockaddr_un`. */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

/** `host` must be a numeric IPv4 address. */
export function addressV4(host: string, port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  for (const [index, part] of host.split(".").entries()) address[4 + index] = Number(part);
  return address;
}

/** `host` must be a numeric IPv6 address. */
export function addressV6(host: string, port: number): Buffer {
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(port, 2);
  bytesV6(host).copy(address, 8);
  return address;
}

/** A leading `@` means the abstract namespace. null: the path does not fit into a socket address (107 bytes). */
export function addressUnix(path: string): Buffer | null {
  const abstract = path.startsWith("@");
  const name = Buffer.from(abstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > 108) return null;
  const address = Buffer.alloc(2 + name.length);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  return address;
}

/** The 16 bytes of a numeric IPv6 address, `::` and an embedded IPv4 address included. */
export function bytesV6(host: string): Buffer {
  const bytes = Buffer.alloc(16);
  const [head = "", tail] = host.split("::", 2);
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  for (const [index, group] of front.entries()) bytes.writeUInt16BE(group, index * 2);
  for (const [index, group] of back.entries()) {
    bytes.writeUInt16BE(group, 16 - back.length * 2 + index * 2);
  }
  return bytes;
}

function groups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
