/** `link`: of a symbolic link, its target as it is written. */
export interface ImagePath {
  readonly kind: "file" | "folder" | "link";
  readonly link: string | null;
}

const LINKS_MAX = 40;

/** The file that a path leads to, links followed as the kernel does; null: to none. */
export function resolveFile(paths: ReadonlyMap<string, ImagePath>, path: string): string | null {
  let open = path.split("/").filter((one) => one !== "" && one !== ".");
  let at = "";
  for (let links = 0; open.length > 0; ) {
    const [step = "", ...rest] = open;
    open = rest;
    if (step === "..") {
      at = at.slice(0, Math.max(at.lastIndexOf("/"), 0));
      continue;
    }
    const next = `${at}/${step}`;
    const found = paths.get(next);
    if (found?.kind === "link") {
      if (++links > LINKS_MAX) return null;
      const link = found.link ?? "";
      open = [...link.split("/").filter((one) => one !== "" && one !== "."), ...open];
      if (link.startsWith("/")) at = "";
      continue;
    }
    // A folder may be in no layer's list where a file below it is.
    if (open.length > 0 && found?.kind !== "file") at = next;
    else return open.length === 0 && found?.kind === "file" ? next : null;
  }
  return null;
}
