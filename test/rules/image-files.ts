import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

export interface Entry {
  readonly name: string;
  readonly type?: "file" | "directory" | "symlink" | "link";
  readonly linkname?: string;
  readonly mode?: number;
  readonly content?: string | Buffer;
}

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = "", ...header } of entries) tar.entry(header, content as Buffer);
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const one of tar) parts.push(one as Buffer);
  return Buffer.concat(parts);
}

const digest = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");

export interface Shape {
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** RFC 3339 */
  readonly created?: string;
  readonly layers: readonly (readonly Entry[])[];
}

/** As `docker save` writes it. */
export async function saved(
  path: string,
  { labels = {}, config: more = {}, layers }: Shape,
): Promise<string> {
  const config = JSON.stringify({
    os: "linux",
    architecture: "amd64",
    config: { Labels: labels, ...more },
  });
  const blobs = await Promise.all(layers.map(tarOf));
  const files = blobs.map((content) => ({ name: `blobs/sha256/${digest(content)}`, content }));
  const manifest = [
    {
      Config: `blobs/sha256/${digest(config)}`,
      RepoTags: ["shop:1"],
      Layers: files.map((one) => one.name),
    },
  ];
  const all = [
    { name: `blobs/sha256/${digest(config)}`, content: config },
    ...files,
    { name: "manifest.json", content: JSON.stringify(manifest) },
  ];
  writeFileSync(path, await tarOf(all));
  return path;
}

/** As OCI has it, in a folder, for two architectures. */
export async function layout(
  path: string,
  { labels = {}, config: more = {}, created, layers }: Shape,
): Promise<string> {
  mkdirSync(join(path, "blobs/sha256"), { recursive: true });
  const put = (content: Buffer | string): string => {
    writeFileSync(join(path, "blobs/sha256", digest(content)), content);
    return `sha256:${digest(content)}`;
  };
  const manifestOf = async (architecture: string, all: Shape["layers"]): Promise<object> => {
    const own = { os: "linux", architecture, created, config: { Labels: labels, ...more } };
    const config = put(JSON.stringify(own));
    const blobs = await Promise.all(all.map(async (one) => put(gzipSync(await tarOf(one)))));
    const manifest = { config: { digest: config }, layers: blobs.map((one) => ({ digest: one })) };
    return { digest: put(JSON.stringify(manifest)), platform: { os: "linux", architecture } };
  };
  const manifests = [await manifestOf("arm64", []), await manifestOf("amd64", layers)];
  const inner = put(JSON.stringify({ manifests }));
  writeFileSync(join(path, "index.json"), JSON.stringify({ manifests: [{ digest: inner }] }));
  return path;
}
