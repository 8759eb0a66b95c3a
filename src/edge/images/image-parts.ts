import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import {
  entriesIn,
  isLayer,
  type LayerEntry,
  layerEntries,
  type Opened,
  opened,
  plainName,
  textOf,
  Wrong,
} from "./image-tar.js";

/** A text inside an image, such as its manifest, is some kilobytes. */
export const TEXT_MAX = 8 * 2 ** 20;

/** What an image is put together from: texts, and the names in its layers. What is named by its digest was seen to have it. */
export interface Parts {
  text(name: string): Promise<string | null>;
  layer(name: string): Promise<readonly LayerEntry[] | null>;
}

export function folderParts(folder: string): Parts {
  const at = (name: string): string | null => {
    const path = join(folder, name);
    return existsSync(path) ? path : null;
  };
  return {
    async text(name) {
      const path = at(name);
      if (path === null) return null;
      if (statSync(path).size > TEXT_MAX) throw new Wrong(`${name} is too large to be a text`);
      return checkedText(name, await readFile(path));
    },
    async layer(name) {
      const path = at(name);
      return path === null ? null : checkedEntries(name, await opened(createReadStream(path)));
    },
  };
}

/** One pass over the archive: texts are kept where they are small, and of layers the names. */
export async function archiveParts(path: string): Promise<Parts> {
  const texts = new Map<string, string>();
  const layers = new Map<string, readonly LayerEntry[]>();
  const links = new Map<string, string>();
  for await (const { header, content } of entriesIn(createReadStream(path), path)) {
    const name = plainName(header.name);
    if (header.type === "symlink") links.set(name, linkTarget(name, header.linkname));
    if (header.type !== "file") continue;
    const open = await opened(content);
    const isText = open.first[0] === 0x7b || open.first[0] === 0x5b;
    if (isText && (header.size ?? 0) <= TEXT_MAX) {
      texts.set(name, checkedText(name, await textOf(open.whole)));
    } else if (isLayer(open.first)) layers.set(name, await checkedEntries(name, open));
  }
  const real = (name: string): string => links.get(name) ?? name;
  return {
    text: async (name) => texts.get(real(name)) ?? null,
    layer: async (name) => layers.get(real(name)) ?? null,
  };
}

/** Gives the bytes of a part, as they are stored, to `use`; null: it is not there. */
export async function withPart<T>(
  path: string,
  name: string,
  use: (content: Readable) => Promise<T>,
): Promise<T | null> {
  if (statSync(path).isDirectory()) {
    const file = join(path, name);
    return existsSync(file) ? use(createReadStream(file)) : null;
  }
  const links = new Map<string, string>();
  for await (const { header } of entriesIn(createReadStream(path), path)) {
    const own = plainName(header.name);
    if (header.type === "symlink") links.set(own, linkTarget(own, header.linkname));
  }
  const wanted = links.get(name) ?? name;
  for await (const { header, content } of entriesIn(createReadStream(path), path)) {
    if (header.type === "file" && plainName(header.name) === wanted) return await use(content);
  }
  return null;
}

const linkTarget = (name: string, target: string | null | undefined): string =>
  join(name, "..", target ?? "");

const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;

function checkedText(name: string, text: Buffer): string {
  assertDigest(name, createHash("sha256").update(text).digest("hex"));
  return text.toString("utf8");
}

async function checkedEntries(name: string, open: Opened): Promise<readonly LayerEntry[]> {
  const entries = await layerEntries(open.whole, open.first, name);
  if (BLOB.test(name)) assertDigest(name, await open.sha256());
  return entries;
}

function assertDigest(name: string, found: string): void {
  const wanted = BLOB.exec(name)?.[1];
  if (wanted === undefined || wanted === found) return;
  throw new Wrong(`${name} has other bytes than its name says: their digest is sha256:${found}`);
}
