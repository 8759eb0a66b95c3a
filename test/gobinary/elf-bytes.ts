/** A 64-bit little-endian executable with these sections and nothing to run. */
export function elfBytes(options: {
  readonly machine: number;
  readonly sections: Readonly<Record<string, ArrayLike<number>>>;
}): Uint8Array {
  const encoder = new TextEncoder();
  const named = Object.entries(options.sections);
  const names = ["", ...named.map(([name]) => name), ".shstrtab"];
  const strings = encoder.encode(names.map((name) => `${name}\0`).join(""));
  const bodies = [new Uint8Array(), ...named.map(([, body]) => Uint8Array.from(body)), strings];
  const tableAt = 64;
  let at = tableAt + names.length * 64;
  const bytes = new Uint8Array(at + bodies.reduce((sum, body) => sum + body.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, options.machine, true);
  view.setBigUint64(0x28, BigInt(tableAt), true);
  view.setUint16(0x3a, 64, true);
  view.setUint16(0x3c, names.length, true);
  view.setUint16(0x3e, names.length - 1, true);
  let nameAt = 0;
  for (const [index, body] of bodies.entries()) {
    const row = tableAt + index * 64;
    view.setUint32(row, nameAt, true);
    view.setUint32(row + 4, index === 0 ? 0 : 1, true);
    view.setBigUint64(row + 24, BigInt(at), true);
    view.setBigUint64(row + 32, BigInt(body.length), true);
    bytes.set(body, at);
    at += body.length;
    nameAt += (names[index]?.length ?? 0) + 1;
  }
  return bytes;
}

/** The section as Go 1.18 and later write it. */
export function goBuildInfo(version: string, modules: string): Uint8Array {
  const encoder = new TextEncoder();
  const sentinel = new Uint8Array(16).fill(0x30);
  const framed = [...sentinel, ...encoder.encode(modules), ...sentinel];
  const header = new Uint8Array(32);
  header.set([0xff, ...encoder.encode(" Go buildinf:"), 8, 2]);
  return Uint8Array.from([
    ...header,
    ...lengthOf(version.length),
    ...encoder.encode(version),
    ...lengthOf(framed.length),
    ...framed,
  ]);
}

function lengthOf(length: number): number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...lengthOf(length >> 7)];
}
