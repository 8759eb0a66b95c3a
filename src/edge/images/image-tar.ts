import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract, type Headers } from "tar-stream";

/** A file of an image, folder or link. */
export interface ReadPath {
  readonly kind: "file" | "folder" | "link";
  readonly link: string | null;
}

export interface LayerEntry extends ReadPath {
  readonly path: string;
}

/** What is wrong with an image, in words for its user. */
export class Wrong extends Error {}

const PATHS_MAX = 2_000_000;

const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const isGzip = (first: Buffer): boolean => first[0] === 0x1f && first[1] === 0x8b;
const isZstd = (first: Buffer): boolean => first.subarray(0, 4).equals(ZSTD);

/** Packed, or a tar: its magic stands at byte 257; an empty one holds zeros. */
export function isLayer(first: Buffer): boolean {
  const magic = first.subarray(257, 262).toString("latin1");
  return isGzip(first) || isZstd(first) || magic === "ustar" || first.every((one) => one === 0);
}

export async function layerEntries(
  content: Readable,
  first: Buffer,
  name: string,
): Promise<readonly LayerEntry[]> {
  if (isZstd(first)) {
    const hint = "which is not read here: save the image with gzip";
    throw new Wrong(`its layer ${name} is packed with zstd, ${hint}`);
  }
  const entries: LayerEntry[] = [];
  const plain = isGzip(first) ? pipeline(content, createGunzip(), () => {}) : content;
  for await (const { header } of entriesIn(plain, name)) {
    if (entries.length >= PATHS_MAX) throw new Wrong(`its layer ${name} has too many files`);
    const kind =
      header.type === "directory" ? "folder" : header.type === "symlink" ? "link" : "file";
    const link = kind === "link" ? (header.linkname ?? "") : null;
    entries.push({ path: `/${plainName(header.name)}`, kind, link });
  }
  return entries;
}

export const plainName = (name: string): string =>
  name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");

/** Entries of a tar, one after the other; what is not read of their content goes by. */
export async function* entriesIn(
  content: Readable,
  name: string,
): AsyncGenerator<{ readonly header: Headers; readonly content: Readable }> {
  const tar = pipeline(content, extract(), () => {});
  try {
    for await (const entry of tar as unknown as AsyncIterable<Readable & { header: Headers }>) {
      yield { header: entry.header, content: entry };
      entry.resume();
    }
  } catch (error) {
    if (error instanceof Wrong) throw error;
    throw new Wrong(`${name} is no whole archive: ${(error as Error).message}`);
  } finally {
    content.destroy();
  }
}

/** What a stream begins with, and all of it. */
export async function opened(content: Readable): Promise<{ first: Buffer; whole: Readable }> {
  const chunks = content[Symbol.asyncIterator]();
  const begun: Buffer[] = [];
  let bytes = 0;
  while (bytes < 512) {
    const next = await chunks.next();
    if (next.done === true) break;
    begun.push(next.value as Buffer);
    bytes += (next.value as Buffer).length;
  }
  const first = Buffer.concat(begun);
  async function* all(): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return;
      yield next.value as Buffer;
    }
  }
  return { first, whole: Readable.from(all()) };
}

export async function textOf(content: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const one of content) parts.push(one as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
