import { createReadStream, existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract, type Headers } from "tar-stream";
import { fail, ok, type Result } from "#base/result.js";

/** A file of an image, folder or link. */
export interface ReadPath {
  readonly kind: "file" | "folder" | "link";
  readonly link: string | null;
}

export interface ReadImage {
  /** The image's configuration, as JSON has it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Names it is known by: tags, or the layout's annotation. */
  readonly names: readonly string[];
  /** By absolute path; null: the configuration was given alone. */
  readonly paths: ReadonlyMap<string, ReadPath> | null;
}

/** A text inside an image, such as its manifest, is some kilobytes. */
const TEXT_MAX = 8 * 2 ** 20;
const PATHS_MAX = 2_000_000;

type Json = Readonly<Record<string, unknown>>;

/**
 * An OCI layout (a folder, or a .tar of it), an archive of `docker save`, or a configuration alone. Layers go by as a stream and only
 * names are kept. The error says what is wrong, in words.
 */
export async function readImage(
  path: string,
  architecture: string,
): Promise<Result<ReadImage, string>> {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return await fromParts(folderParts(path), architecture);
    if (path.endsWith(".json")) {
      if (stat.size > TEXT_MAX) return fail("it is larger than a configuration is");
      return ok({ config: parse(await readFile(path, "utf8")), names: [], paths: null });
    }
    return await fromParts(await archiveParts(path), architecture);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(error instanceof Wrong ? message : (code ?? message));
  }
}

class Wrong extends Error {}

/** What an image is put together from: texts, and the names in its layers. */
interface Parts {
  text(name: string): Promise<string | null>;
  layer(name: string): Promise<readonly LayerEntry[] | null>;
}

interface LayerEntry extends ReadPath {
  readonly path: string;
}

async function fromParts(parts: Parts, architecture: string): Promise<Result<ReadImage, string>> {
  const saved = await parts.text("manifest.json");
  if (saved !== null) {
    const [first] = parse(saved) as unknown as readonly Json[];
    if (first === undefined) return fail("its manifest.json names no image");
    const config = await parts.text(String(first.Config));
    if (config === null) return fail(`it lacks its configuration ${String(first.Config)}`);
    const names = Array.isArray(first.RepoTags) ? first.RepoTags.map(String) : [];
    return joined(parts, parse(config), names, listOf(first.Layers).map(String));
  }
  const index = await parts.text("index.json");
  if (index === null) return fail("it is no image: it holds neither index.json nor manifest.json");
  return fromIndex(parts, parse(index), architecture, []);
}

const DEPTH_MAX = 4;

/** Of several systems, the one that is asked for, else the first. */
async function fromIndex(
  parts: Parts,
  index: Json,
  architecture: string,
  outer: readonly string[],
): Promise<Result<ReadImage, string>> {
  const manifests = listOf(index.manifests) as readonly Json[];
  const fits = manifests.find(
    (one) => (one.platform as Json | undefined)?.architecture === architecture,
  );
  const chosen = fits ?? manifests[0];
  if (chosen === undefined) return fail("its index names no image");
  const text = await parts.text(blob(chosen.digest));
  if (text === null) return fail(`it lacks ${String(chosen.digest)}`);
  const manifest = parse(text);
  const annotations = (chosen.annotations ?? {}) as Json;
  const name =
    annotations["io.containerd.image.name"] ?? annotations["org.opencontainers.image.ref.name"];
  const names = [...outer, ...(typeof name === "string" ? [name] : [])];
  if (manifest.manifests !== undefined) {
    if (names.length > DEPTH_MAX) return fail("its indexes lead nowhere");
    return fromIndex(parts, manifest, architecture, [...names, ""].slice(0, DEPTH_MAX + 1));
  }
  const config = await parts.text(blob((manifest.config as Json | undefined)?.digest));
  if (config === null) return fail("it lacks its configuration");
  const layers = (listOf(manifest.layers) as readonly Json[]).map(({ digest }) => blob(digest));
  return joined(
    parts,
    parse(config),
    names.filter((one) => one !== ""),
    layers,
  );
}

async function joined(
  parts: Parts,
  config: Json,
  names: readonly string[],
  layers: readonly string[],
): Promise<Result<ReadImage, string>> {
  const paths = new Map<string, ReadPath>();
  for (const name of layers) {
    const entries = await parts.layer(name);
    if (entries === null) return fail(`it lacks its layer ${name}`);
    for (const entry of entries) place(paths, entry);
  }
  return ok({ config, names, paths });
}

/** `.wh.name` takes away what lower layers hold, `.wh..wh..opq` all that is in a folder. */
function place(paths: Map<string, ReadPath>, { path, kind, link }: LayerEntry): void {
  const slash = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
  if (name === ".wh..wh..opq") return remove(paths, folder, false);
  if (name.startsWith(".wh.")) return remove(paths, `${folder}/${name.slice(4)}`, true);
  paths.set(path, { kind, link });
}

function remove(paths: Map<string, ReadPath>, path: string, itself: boolean): void {
  if (itself) paths.delete(path);
  for (const one of paths.keys()) if (one.startsWith(`${path}/`)) paths.delete(one);
}

function folderParts(folder: string): Parts {
  const at = (name: string): string | null => {
    const path = join(folder, name);
    return existsSync(path) ? path : null;
  };
  return {
    async text(name) {
      const path = at(name);
      if (path === null) return null;
      if (statSync(path).size > TEXT_MAX) throw new Wrong(`${name} is too large to be a text`);
      return readFile(path, "utf8");
    },
    async layer(name) {
      const path = at(name);
      if (path === null) return null;
      const { first, whole } = await opened(createReadStream(path));
      return layerEntries(whole, first, name);
    },
  };
}

/** One pass over the archive: texts are kept where they are small, and of layers the names. */
async function archiveParts(path: string): Promise<Parts> {
  const texts = new Map<string, string>();
  const layers = new Map<string, readonly LayerEntry[]>();
  const links = new Map<string, string>();
  for await (const { header, content } of entriesIn(createReadStream(path), path)) {
    const name = plainName(header.name);
    if (header.type === "symlink") links.set(name, join(name, "..", header.linkname ?? ""));
    if (header.type !== "file") continue;
    const { first, whole } = await opened(content);
    const isText = first[0] === 0x7b || first[0] === 0x5b;
    if (isText && (header.size ?? 0) <= TEXT_MAX) texts.set(name, await textOf(whole));
    else if (isLayer(first)) layers.set(name, await layerEntries(whole, first, name));
  }
  const real = (name: string): string => links.get(name) ?? name;
  return {
    text: async (name) => texts.get(real(name)) ?? null,
    layer: async (name) => layers.get(real(name)) ?? null,
  };
}

const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const isGzip = (first: Buffer): boolean => first[0] === 0x1f && first[1] === 0x8b;
const isZstd = (first: Buffer): boolean => first.subarray(0, 4).equals(ZSTD);

/** Packed, or a tar: its magic stands at byte 257; an empty one holds zeros. */
function isLayer(first: Buffer): boolean {
  const magic = first.subarray(257, 262).toString("latin1");
  return isGzip(first) || isZstd(first) || magic === "ustar" || first.every((one) => one === 0);
}

async function layerEntries(
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

const plainName = (name: string): string => name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");

/** Entries of a tar, one after the other; what is not read of their content goes by. */
async function* entriesIn(
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
async function opened(content: Readable): Promise<{ first: Buffer; whole: Readable }> {
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

async function textOf(content: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const one of content) parts.push(one as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Wrong("it holds JSON that cannot be read");
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const blob = (digest: unknown): string => `blobs/${String(digest).replace(":", "/")}`;
