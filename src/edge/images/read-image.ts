import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "#base/result.js";
import { archiveParts, folderParts, type Parts, TEXT_MAX } from "./image-parts.js";
import { type LayerEntry, type ReadPath, Wrong } from "./image-tar.js";

export interface ReadImage {
  /** The image's configuration, as JSON has it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Names it is known by: tags, or the layout's annotation. */
  readonly names: readonly string[];
  /** Go's names of every architecture that it has. */
  readonly architectures: readonly string[];
  /** By absolute path; null: the configuration was given alone. */
  readonly paths: ReadonlyMap<string, ReadPath> | null;
}

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
      const config = parse(await readFile(path, "utf8"));
      return ok({ config, names: [], architectures: ownArchitecture(config), paths: null });
    }
    return await fromParts(await archiveParts(path), architecture);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(error instanceof Wrong ? message : (code ?? message));
  }
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
  const all = manifests.flatMap((one) => {
    const found = (one.platform as Json | undefined)?.architecture;
    // What is attached to an image, such as its provenance, has none.
    return typeof found === "string" && found !== "unknown" ? [found] : [];
  });
  const read = await fromManifest(parts, manifests, architecture, outer);
  return read.ok && all.length > 0
    ? ok({ ...read.value, architectures: [...new Set([...all, ...read.value.architectures])] })
    : read;
}

async function fromManifest(
  parts: Parts,
  manifests: readonly Json[],
  architecture: string,
  outer: readonly string[],
): Promise<Result<ReadImage, string>> {
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
    for (const entry of entries) place(paths, entry, name);
  }
  return ok({ config, names, architectures: ownArchitecture(config), paths });
}

const ownArchitecture = ({ architecture }: Json): readonly string[] =>
  typeof architecture === "string" ? [architecture] : [];

/** `.wh.name` takes away what lower layers hold, `.wh..wh..opq` all that is in a folder. */
function place(paths: Map<string, ReadPath>, entry: LayerEntry, layer: string): void {
  const { path, kind, link, mode, hardLink } = entry;
  const slash = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
  if (name === ".wh..wh..opq") remove(paths, folder, false);
  else if (name.startsWith(".wh.")) remove(paths, `${folder}/${name.slice(4)}`, true);
  else {
    const own = kind === "file" ? { layer, path } : null;
    const stored = hardLink === null ? own : (paths.get(hardLink)?.stored ?? null);
    paths.set(path, { kind, link, mode, stored });
  }
}

function remove(paths: Map<string, ReadPath>, path: string, itself: boolean): void {
  if (itself) paths.delete(path);
  for (const one of paths.keys()) if (one.startsWith(`${path}/`)) paths.delete(one);
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
