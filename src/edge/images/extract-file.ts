import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail, ok, type Result } from "#base/result.js";
import { withPart } from "./image-parts.js";
import { entriesIn, opened, plainName, type StoredFile, unpacked, Wrong } from "./image-tar.js";

export interface Extracted {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

const BYTES_MAX = 4 * 2 ** 30;

/** Copies one file of an image to a path of this machine; the layer goes by as a stream. The error says what is wrong, in words. */
export async function extractFile(
  image: string,
  stored: StoredFile,
  to: string,
): Promise<Result<Extracted, string>> {
  try {
    const copied = await withPart(image, stored.layer, (layer) => fromLayer(layer, stored, to));
    return copied === null ? fail(`its layer ${stored.layer} holds no ${stored.path}`) : ok(copied);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(error instanceof Wrong ? message : (code ?? message));
  }
}

/** A path may be there twice: the last one counts. */
async function fromLayer(
  layer: Readable,
  { path, layer: name }: StoredFile,
  to: string,
): Promise<Extracted | null> {
  const { first, whole } = await opened(layer);
  let copied: Extracted | null = null;
  for await (const { header, content } of entriesIn(unpacked(whole, first, name), name)) {
    if (header.type !== "file" || `/${plainName(header.name)}` !== path) continue;
    if ((header.size ?? 0) > BYTES_MAX) throw new Wrong(`${path} is larger than 4 GiB`);
    copied = await copy(content, to);
  }
  return copied;
}

async function copy(content: Readable, to: string): Promise<Extracted> {
  const hash = createHash("sha256");
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(content, counted, createWriteStream(to));
  return { sha256: hash.digest("hex"), bytes };
}
