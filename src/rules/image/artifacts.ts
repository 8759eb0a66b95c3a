import { type ImagePath, resolveFile } from "#manifest/image/resolve-file.js";

/** What a program's file says of itself. */
export interface BinaryFacts {
  /** As it was named. */
  readonly file: string;
  /** The service it belongs to, as the user named it; null: not said. */
  readonly service: string | null;
  /** `x86-64`, `aarch64`: as ELF names it. */
  readonly machine: string;
  /** PT_INTERP; null: it is linked statically. */
  readonly interpreter: string | null;
  /** DT_NEEDED */
  readonly needed: readonly string[];
  /** `go1.24.3`; null: no Go program, or stripped of it. */
  readonly goVersion: string | null;
  /** `vcs.revision`, `GOARCH`, `-trimpath`, …; empty without Go's information. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What an image's configuration and its layers say. */
export interface ImageFacts {
  readonly file: string;
  readonly service: string | null;
  readonly os: string | null;
  /** Go's name: `amd64`. */
  readonly architecture: string | null;
  /** Every one that the image has, by Go's names. */
  readonly architectures: readonly string[];
  /** Tags, or the layout's name: `registry/shop:1`. */
  readonly names: readonly string[];
  /** null: it says none. */
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly env: ReadonlyMap<string, string>;
  readonly workdir: string | null;
  readonly stopSignal: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339; null: not said. */
  readonly created: string | null;
  /** Absolute path → what it is; null: only the configuration was given. */
  readonly paths: ReadonlyMap<string, ImagePath> | null;
}

/** Binaries with the image that belongs to each: by the service's name, or the only one of each. null: none does. */
export function pairs(
  binaries: readonly BinaryFacts[],
  images: readonly ImageFacts[],
): readonly { readonly binary: BinaryFacts; readonly image: ImageFacts | null }[] {
  const single = binaries.length === 1 && images.length === 1;
  return binaries.map((binary) => {
    const named = images.find(({ service }) => service !== null && service === binary.service);
    const only = single && (binary.service === null || images[0]?.service === null);
    return { binary, image: named ?? (only ? (images[0] ?? null) : null) };
  });
}

/** Whether a path leads to a file, links followed as the kernel does. */
export const leadsToFile = (paths: ReadonlyMap<string, ImagePath>, path: string): boolean =>
  resolveFile(paths, path) !== null;
