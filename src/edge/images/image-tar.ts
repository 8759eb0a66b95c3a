import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract, type Headers } from "tar-stream";

/** A file of an image, folder or link. */
export interface ReadPath {
  readonly kind: "file" | "folder" | "link";
  readonly link: string | null;
  /** Permissions, as in a file system. */
  readonly mode: number;
  /** Where the bytes of a file are; null: it has none, or its hard link leads nowhere. */
  readonly stored: StoredFile | null;
}

/** An entry of a layer, by the layer's name in the image and the entry's path in it. */
export interface StoredFile {
  readonly layer: string;
  readonly path: string;
}

export interface LayerEntry extends Pick<ReadPath, "kind" | "link" | "mode"> {
  readonly path: string;
  /** Another path of the same file. */
  readonly hardLink: string | null;
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
  const entries: LayerEntry[] = [];
  for await (const { header } of entriesIn(unpacked(content, first, name), name)) {
    if (entries.length >= PATHS_MAX) throw new Wrong(`its layer ${name} has too many files`);
    const kind =
      header.type === "directory" ? "folder" : header.type === "symlink" ? "link" : "file";
    const link = kind === "link" ? (header.linkname ?? "") : null;
    const hardLink = header.type === "link" ? `/${plainName(header.linkname ?? "")}` : null;
    const mode = header.mode ?? 0;
    entries.push({ path: `/${plainName(header.name)}`, kind, link, mode, hardLink });
  }
  return entries;
}

/** A layer as a plain tar. */
export function unpacked(content: Readable, first: Buffer, name: string): Readable {
  if (isZstd(first)) {
    const hint = "which is not read here: save the image with gzip";
    throw new Wrong(`its layer ${name} is packed with zstd, ${hint}`);
  }
  return isGzip(first) ? pipeline(content, createGunzip(), () => {}) : content;
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

export interface Opened {
  /** What it begins with. */
  readonly first: Buffer;
  readonly whole: Readable;
  /** Of all of it, hexadecimal; reads what nobody has read. To be asked once `whole` is done with. */
  sha256(): Promise<string>;
}

export async function opened(content: Readable): Promise<Opened> {
  const chunks = content[Symbol.asyncIterator]();
  const hash = createHash("sha256");
  const next = async (): Promise<Buffer | null> => {
    const { done, value } = await chunks.next();
    if (done === true) return null;
    hash.update(value as Buffer);
    return value as Buffer;
  };
  const begun: Buffer[] = [];
  for (let bytes = 0; bytes < 512; ) {
    const chunk = await next();
    if (chunk === null) break;
    begun.push(chunk);
    bytes += chunk.length;
  }
  const first = Buffer.concat(begun);
  async function* all(): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    for (let chunk = await next(); chunk !== null; chunk = await next()) yield chunk;
  }
  return {
    first,
    whole: Readable.from(all()),
    async sha256() {
      while ((await next()) !== null);
      return hash.digest("hex");
    },
  };
}

export async function textOf(content: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const one of content) parts.push(one as Buffer);
  return Buffer.concat(parts);
}
