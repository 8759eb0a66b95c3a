import type { ByteSource } from "./byte-source.js";
import type { ElfFile } from "./read-elf.js";

const ENTRY_BYTES = 16;
const NEEDED = 1;
const TABLE_MAX = 1 << 20;

/**
 * The libraries that a dynamically linked program names (DT_NEEDED), of 64-bit little-endian files. Empty: none, or a file without
 * section headers.
 */
export function readNeeded(source: ByteSource, elf: ElfFile): readonly string[] {
  const dynamic = sectionOf(source, elf, ".dynamic");
  const strings = sectionOf(source, elf, ".dynstr");
  if (dynamic === null || strings === null) return [];
  const view = new DataView(dynamic.buffer, dynamic.byteOffset, dynamic.byteLength);
  const names: string[] = [];
  for (let at = 0; at + ENTRY_BYTES <= dynamic.length; at += ENTRY_BYTES) {
    if (view.getBigUint64(at, true) !== BigInt(NEEDED)) continue;
    const start = Number(view.getBigUint64(at + 8, true));
    const end = strings.indexOf(0, start);
    if (start < strings.length && end > start) {
      names.push(new TextDecoder().decode(strings.subarray(start, end)));
    }
  }
  return names;
}

function sectionOf(source: ByteSource, { sections }: ElfFile, name: string): Uint8Array | null {
  const section = sections.find((one) => one.name === name);
  if (section === undefined || section.bytes > TABLE_MAX) return null;
  const bytes = source.read(section.offset, section.bytes);
  // A copy of its own: what was read may share its memory.
  return Uint8Array.from(bytes);
}
