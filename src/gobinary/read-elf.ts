import { fail, ok, type Result } from "#base/result.js";
import type { ByteSource } from "./byte-source.js";

/** What the headers of an ELF file say. Everything they point to was seen to lie within the file. */
export interface ElfFile {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** As the Go toolchain and `uname -m` know it: `x86-64`, `aarch64`, …; `machine 0x1234` when unknown. */
  readonly machine: string;
  readonly type: "executable" | "shared" | "other";
  /** The dynamic loader it asks for; null: statically linked. */
  readonly interpreter: string | null;
  readonly sections: readonly ElfSection[];
}

export interface ElfSection {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

export type ElfProblem =
  | { readonly kind: "not-elf" }
  /** The beginning is right and the rest is missing: a copy under way, or one that broke off. */
  | { readonly kind: "incomplete"; readonly detail: string }
  | { readonly kind: "malformed"; readonly detail: string };

const MACHINES: Readonly<Record<number, string>> = {
  3: "386",
  8: "mips",
  20: "ppc",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  62: "x86-64",
  183: "aarch64",
  243: "riscv64",
  258: "loongarch64",
};
const SECTION_WITHOUT_BYTES = 8;
const SEGMENT_LOAD = 1;
const SEGMENT_INTERPRETER = 3;
const ENTRIES_MAX = 65_536;
const PATH_BYTES_MAX = 4_096;

/** Reads the headers and checks that every segment and section they name is within the file. */
export function readElf(source: ByteSource): Result<ElfFile, ElfProblem> {
  const start = source.read(0, 64);
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (!magic.slice(0, start.length).every((byte, at) => start[at] === byte)) {
    return fail({ kind: "not-elf" });
  }
  if (start.length < 52) return incomplete(`${source.size} bytes are less than an ELF header`);
  const bits = start[4] === 2 ? 64 : start[4] === 1 ? 32 : null;
  if (bits === null || (start[5] !== 1 && start[5] !== 2)) {
    return malformed("its class or byte order is none that ELF knows");
  }
  if (bits === 64 && start.length < 64) return incomplete("its header breaks off");
  const layout: Layout = { source, bits, littleEndian: start[5] === 1 };
  const header = readHeader(layout);
  const tables = readTables(layout, header);
  if (!tables.ok) return tables;
  const interpreter = tables.value.segments.find(({ type }) => type === SEGMENT_INTERPRETER);
  return ok({
    bits,
    littleEndian: layout.littleEndian,
    machine: MACHINES[header.machine] ?? `machine 0x${header.machine.toString(16)}`,
    type: header.type === 2 ? "executable" : header.type === 3 ? "shared" : "other",
    interpreter: interpreter ? text(part(source, interpreter, PATH_BYTES_MAX)) : null,
    sections: tables.value.sections,
  });
}

interface Layout {
  readonly source: ByteSource;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
}

interface Header {
  readonly type: number;
  readonly machine: number;
  readonly programs: Table;
  readonly sections: Table;
  readonly namesIndex: number;
}

interface Table {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

function readHeader(layout: Layout): Header {
  const at = fields(layout, 0, 64);
  const wide = layout.bits === 64;
  const tail = wide ? 0x36 : 0x2a;
  return {
    type: at.u16(16),
    machine: at.u16(18),
    programs: {
      offset: at.word(wide ? 0x20 : 0x1c),
      entryBytes: at.u16(tail),
      count: at.u16(tail + 2),
    },
    sections: {
      offset: at.word(wide ? 0x28 : 0x20),
      entryBytes: at.u16(tail + 4),
      count: at.u16(tail + 6),
    },
    namesIndex: at.u16(tail + 8),
  };
}

function readTables(
  layout: Layout,
  header: Header,
): Result<{ segments: Segment[]; sections: ElfSection[] }, ElfProblem> {
  const { size } = layout.source;
  for (const [what, table] of [
    ["program headers", header.programs],
    ["section headers", header.sections],
  ] as const) {
    if (table.count > ENTRIES_MAX) return malformed(`it claims ${table.count} ${what}`);
    const end = table.offset + table.count * table.entryBytes;
    if (end > size) return incomplete(`its ${what} end at byte ${end} of ${size}`);
  }
  const segments = readSegments(layout, header.programs);
  for (const { type, offset, bytes } of segments) {
    if (type === SEGMENT_LOAD && offset + bytes > size) {
      return incomplete(`a segment ends at byte ${offset + bytes} of ${size}`);
    }
  }
  const raw = readSections(layout, header.sections);
  const missing = raw.find(({ hasBytes, offset, bytes }) => hasBytes && offset + bytes > size);
  if (missing !== undefined) {
    return incomplete(`a section ends at byte ${missing.offset + missing.bytes} of ${size}`);
  }
  const names = raw[header.namesIndex];
  const table = names ? part(layout.source, names, size) : new Uint8Array();
  const sections = raw.map(({ nameAt, offset, bytes }) => ({
    name: text(table.subarray(nameAt)),
    offset,
    bytes,
  }));
  return ok({ segments, sections });
}

function readSegments(layout: Layout, table: Table): Segment[] {
  const wide = layout.bits === 64;
  return rows(layout, table, wide ? 56 : 32).map((at) => ({
    type: at.u32(0),
    offset: at.word(wide ? 8 : 4),
    bytes: at.word(wide ? 32 : 16),
  }));
}

function readSections(layout: Layout, table: Table) {
  const wide = layout.bits === 64;
  return rows(layout, table, wide ? 64 : 40).map((at) => ({
    nameAt: at.u32(0),
    hasBytes: at.u32(4) !== SECTION_WITHOUT_BYTES && at.u32(4) !== 0,
    offset: at.word(wide ? 24 : 16),
    bytes: at.word(wide ? 32 : 20),
  }));
}

function rows(layout: Layout, table: Table, bytesMin: number): Fields[] {
  if (table.entryBytes < bytesMin) return [];
  return Array.from({ length: table.count }, (_, index) =>
    fields(layout, table.offset + index * table.entryBytes, table.entryBytes),
  );
}

interface Fields {
  u16(offset: number): number;
  u32(offset: number): number;
  /** An address-sized number. Beyond 2^53 it is inexact, and larger than any file all the same. */
  word(offset: number): number;
}

function fields({ source, bits, littleEndian }: Layout, start: number, length: number): Fields {
  const bytes = source.read(start, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (offset: number): number => view.getUint32(offset, littleEndian);
  return {
    u16: (offset) => view.getUint16(offset, littleEndian),
    u32,
    word: (offset) => (bits === 32 ? u32(offset) : Number(view.getBigUint64(offset, littleEndian))),
  };
}

/** What a header names, as far as it is sane: nobody allocates what a broken file claims. */
function part(source: ByteSource, { offset, bytes }: Omit<Segment, "type">, bytesMax: number) {
  return offset < source.size ? source.read(offset, Math.min(bytes, bytesMax)) : new Uint8Array();
}

/** Up to the first zero byte. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

const incomplete = (detail: string): Result<never, ElfProblem> =>
  fail({ kind: "incomplete", detail });
const malformed = (detail: string): Result<never, ElfProblem> =>
  fail({ kind: "malformed", detail });
