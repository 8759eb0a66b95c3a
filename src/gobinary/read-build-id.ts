import type { ByteSource } from "./byte-source.js";
import type { ElfFile } from "./read-elf.js";

const GO_NOTE = 4;
const HEADER_BYTES = 16;
const ID_BYTES_MAX = 1_024;

/**
 * The build id that the linker wrote (`go tool buildid`): four parts between slashes, of which the first names the inputs of the link,
 * the second those of the main package, the third what the main package was compiled to, the fourth the program. null: there is none.
 */
export function readBuildId(
  source: ByteSource,
  { sections, littleEndian }: ElfFile,
): string | null {
  const section = sections.find(({ name }) => name === ".note.go.buildid");
  if (section === undefined || section.bytes < HEADER_BYTES) return null;
  const bytes = source.read(section.offset, Math.min(section.bytes, HEADER_BYTES + ID_BYTES_MAX));
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [nameBytes, idBytes, type] = [0, 4, 8].map((at) => view.getUint32(at, littleEndian));
  const name = new TextDecoder("latin1").decode(bytes.subarray(12, 16));
  if (nameBytes !== 4 || type !== GO_NOTE || name !== "Go\0\0") return null;
  const id = bytes.subarray(HEADER_BYTES, HEADER_BYTES + (idBytes ?? 0));
  return id.length === idBytes ? new TextDecoder().decode(id) : null;
}
