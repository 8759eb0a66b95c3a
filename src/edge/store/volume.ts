import { readFileSync, realpathSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

/** The mounted file system that holds a path. */
export interface Volume {
  readonly mountPoint: string;
  /** `ext4`, `tmpfs`, … */
  readonly fileSystem: string;
  readonly options: readonly string[];
}

/** null: no /proc here. */
export function volumeOf(path: string): Volume | null {
  const real = nearestReal(path);
  let mounts: string;
  try {
    mounts = readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return null;
  }
  let best: Volume | null = null;
  for (const line of mounts.split("\n")) {
    const [before, after] = line.split(" - ");
    const fields = before?.split(" ") ?? [];
    const mountPoint = unescapeOctal(fields[4] ?? "");
    const within = mountPoint === "/" || `${real}/`.startsWith(`${mountPoint}/`);
    // The later of two mounts on one point hides the earlier.
    if (mountPoint === "" || !within || mountPoint.length < (best?.mountPoint.length ?? 0))
      continue;
    const fileSystem = after?.split(" ")[0] ?? "";
    best = { mountPoint, fileSystem, options: (fields[5] ?? "").split(",") };
  }
  return best;
}

/** For messages: `/store (tmpfs, 0 of 1 MiB free)`. */
export function describeVolume(path: string): string {
  const volume = volumeOf(path);
  if (volume === null) return path;
  const { mountPoint, fileSystem } = volume;
  const free = freeBytes(path);
  const space =
    free === null ? "" : `, ${mebibytes(free.free)} of ${mebibytes(free.total)} MiB free`;
  return `${mountPoint} (${fileSystem}${space})`;
}

/** In bytes, for ordinary users. */
export function freeBytes(path: string): { readonly free: number; readonly total: number } | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(nearestReal(path));
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return null;
  }
}

const mebibytes = (bytes: number): number =>
  Number((bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0));

function nearestReal(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      return realpathSync(at);
    } catch {
      if (at === dirname(at)) return at;
    }
  }
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
