import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

export interface AtomicVolume {
  readonly folder: string;
  /** The whole new content; what is missing goes. */
  write(files: Readonly<Record<string, string>>): void;
}

/** A volume that is written as the kubelet does. */
export function atomicVolume(folder: string): AtomicVolume {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return {
    folder,
    write: (files) => {
      count += 1;
      writeVolume(folder, `..2026_11_27_10_00_00.${count}`, files);
    },
  };
}

/**
 * Writes a volume as the kubelet does (pkg/volume/util/atomic_writer.go): a folder with a date in its name (`version`), `..data_tmp` renamed over
 * `..data`, then links that users see, then what is stale goes, unless it is to be kept.
 */
export function writeVolume(
  folder: string,
  version: string,
  files: Readonly<Record<string, string>>,
  { keep = false }: { readonly keep?: boolean } = {},
): void {
  mkdirSync(join(folder, version));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, version, name)), { recursive: true });
    writeFileSync(join(folder, version, name), text);
  }
  const before = linkTarget(join(folder, "..data"));
  symlinkSync(version, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  const visible = new Set(Object.keys(files).map((name) => name.split("/")[0] ?? name));
  for (const name of visible) {
    if (linkTarget(join(folder, name)) === null) {
      symlinkSync(join("..data", name), join(folder, name));
    }
  }
  if (keep) return;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith("..") && !visible.has(name)) rmSync(join(folder, name));
  }
  if (before !== null) rmSync(join(folder, before), { recursive: true });
}

function linkTarget(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : null;
}
