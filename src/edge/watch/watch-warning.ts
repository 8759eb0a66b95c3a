import { readFileSync } from "node:fs";

/** Why changes are looked for from time to time instead of being told by the kernel. */
export type WatchWarning =
  | { readonly kind: "silent-file-system"; readonly path: string; readonly fileSystem: string }
  | { readonly kind: "inotify-limit"; readonly sysctl: string; readonly limit: number | null };

export function inotifyLimit(code: "ENOSPC" | "EMFILE"): WatchWarning {
  const name = code === "ENOSPC" ? "max_user_watches" : "max_user_instances";
  return { kind: "inotify-limit", sysctl: `fs.inotify.${name}`, limit: readLimit(name) };
}

/** One line: what is the matter, what hotpod does about it, what could be done. */
export function describeWatchWarning(warning: WatchWarning): string {
  if (warning.kind === "silent-file-system") {
    const { path, fileSystem } = warning;
    return `${path} is on ${fileSystem}, which does not tell of changes: looking by polling`;
  }
  const { sysctl, limit } = warning;
  const now = limit === null ? "" : ` (now ${limit})`;
  return `the inotify limit is reached: looking by polling; raise ${sysctl}${now} on the node, or watch fewer folders`;
}

function readLimit(name: string): number | null {
  try {
    return Number(readFileSync(`/proc/sys/fs/inotify/${name}`, "utf8"));
  } catch {
    return null;
  }
}
