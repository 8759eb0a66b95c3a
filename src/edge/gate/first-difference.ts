import { type FileHandle, open } from "node:fs/promises";
import { bytesOfFile } from "#edge/images/read-binary.js";
import { readElf } from "#gobinary/read-elf.js";

const CHUNK_BYTES = 1 << 20;

export interface FirstDifference {
  readonly offset: number;
  /** Of the first file. */
  readonly section: string | null;
}

/** Where two files begin to differ; null: nowhere. */
export async function firstDifference(a: string, b: string): Promise<FirstDifference | null> {
  const [first, second] = [await open(a, "r"), await open(b, "r")];
  try {
    for (let offset = 0; ; offset += CHUNK_BYTES) {
      const [one, other] = [await chunk(first, offset), await chunk(second, offset)];
      if (one.equals(other)) {
        if (one.length < CHUNK_BYTES) return null;
        continue;
      }
      const length = Math.min(one.length, other.length);
      let at = 0;
      while (at < length && one[at] === other[at]) at += 1;
      return { offset: offset + at, section: sectionAt(first, offset + at) };
    }
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

async function chunk(file: FileHandle, offset: number): Promise<Buffer> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, offset);
  return buffer.subarray(0, bytesRead);
}

function sectionAt(file: FileHandle, offset: number): string | null {
  const elf = readElf(bytesOfFile(file.fd));
  if (!elf.ok) return null;
  const found = elf.value.sections.find(
    (one) => offset >= one.offset && offset < one.offset + one.bytes && one.name !== ".bss",
  );
  return found?.name ?? null;
}
