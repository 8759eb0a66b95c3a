import type { ByteSource } from "./byte-source.js";

const START_BYTES = 4_096;

interface Magic {
  readonly bytes: readonly number[];
  readonly name: string;
}

const MAGICS: readonly Magic[] = [
  { bytes: [0x4d, 0x5a], name: "a Windows program (PE)" },
  { bytes: [0xcf, 0xfa, 0xed, 0xfe], name: "a macOS program (Mach-O)" },
  { bytes: [0xce, 0xfa, 0xed, 0xfe], name: "a macOS program (Mach-O)" },
  {
    bytes: [0xca, 0xfe, 0xba, 0xbe],
    name: "a macOS program for several machines, or a Java class",
  },
  { bytes: [0x00, 0x61, 0x73, 0x6d], name: "a WebAssembly module" },
  { bytes: [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e], name: "an archive of object files (ar)" },
  { bytes: [0x23, 0x21], name: "a script" },
  { bytes: [0x1f, 0x8b], name: "a gzip archive" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: "a zip archive" },
];

/** What a file that is no ELF program is, in words: `a Windows program (PE)`. null: not known. */
export function nameFormat(source: ByteSource): string | null {
  if (source.size === 0) return "an empty file";
  const start = source.read(0, START_BYTES);
  const found = MAGICS.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte));
  if (found !== undefined) return found.name;
  const isText = start.every((byte) => byte === 9 || byte === 10 || byte === 13 || byte >= 32);
  return isText ? "a text" : null;
}

/** UPX leaves its mark behind the program headers, and takes the section headers away. */
export function isPackedWithUpx(source: ByteSource): boolean {
  const start = source.read(0, START_BYTES);
  return new TextDecoder("latin1").decode(start).includes("UPX!");
}
