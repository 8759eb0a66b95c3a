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

/**
 * Writes a volume as the kubelet does (pkg/volume/util/atomic_writer.go): a folder with a date in its name, `..data_tmp` renamed over `..data`,
 * then links that users see, then what is stale goes.
 */
export function atomicVolume(folder: string): AtomicVolume {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return {
    folder,
    write: (files) => {
      count += 1;
      const version = `..2026_11_27_10_00_00.${count}`;
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, version, name)), { recursive: true });
        writeFileSync(join(folder, version, name), text);
      }
      mkdirSync(join(folder, version), { recursive: true });
      const before = linkTarget(join(folder, "..data"));
      symlinkSync(version, join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
      const visible = new Set(Object.keys(files).map((name) => name.split("/")[0] ?? name));
      for (const name of visible) {
        if (linkTarget(join(folder, name)) === null) {
          symlinkSync(join("..data", name), join(folder, name));
        }
      }
      for (const name of readdirSync(folder)) {
        if (!name.startsWith("..") && !visible.has(name)) rmSync(join(folder, name));
      }
      if (before !== null) rmSync(join(folder, before), { recursive: true });
    },
  };
}

function linkTarget(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : null;
}
