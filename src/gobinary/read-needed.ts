import type { ByteSource } from "./byte-source.js";
import type { ElfFile } from "./read-elf.js";

const NEEDED = 1;
const TABLE_MAX = 1 << 20;

/**
 * The libraries that a dynamically linked program names (DT_NEEDED). Empty: none, or a file without section headers.
 */
export function readNeeded(source: ByteSource, elf: ElfFile): readonly string[] {
  const dynamic = sectionOf(source, elf, ".dynamic");
  const strings = sectionOf(source, elf, ".dynstr");
  if (dynamic === null || strings === null) return [];
  const view = new DataView(dynamic.buffer, dynamic.byteOffset, dynamic.byteLength);
  const { littleEndian, bits } = elf;
  const word = (at: number): number =>
    bits === 32 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  const wordBytes = bits / 8;
  const names: string[] = [];
  for (let at = 0; at + 2 * wordBytes <= dynamic.length; at += 2 * wordBytes) {
    if (word(at) !== NEEDED) continue;
    const start = word(at + wordBytes);
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
