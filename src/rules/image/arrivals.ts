import { joinPath } from "#base/join-path.js";
import type { FinalImage } from "#manifest/dockerfile/final-image.js";

/** Something that COPY or ADD brings into an image. */
export interface Arrival {
  /** `either`: a file of that name, or a folder's content below it. */
  readonly kind: "file" | "folder" | "either";
  /** Absolute; null: not known. */
  readonly path: string | null;
}

/** Longer paths are refused by the kernel. */
const PATH_MAX = 4_096;

/** In the order of the instructions. */
export function arrivalsIn({ instructions }: FinalImage): readonly Arrival[] {
  const found: Arrival[] = [];
  let folder = "/";
  for (const { keyword, text, argv } of instructions) {
    if (keyword === "WORKDIR" && folder.length < PATH_MAX) folder = joinPath(folder, text.trim());
    if (keyword !== "COPY" && keyword !== "ADD") continue;
    const words = argv ?? text.split(/\s+/).filter((word) => word !== "");
    const given = words.filter((word) => !word.startsWith("--"));
    const target = given.at(-1) ?? "";
    const sources = given.slice(0, -1);
    if (given.some((word) => word.includes("$"))) found.push({ kind: "either", path: null });
    else found.push(...landings(sources, joinPath(folder, target), target.endsWith("/")));
  }
  return found;
}

/** A folder's content lands in the target; a file lands there by its name, or becomes the target. */
function landings(sources: readonly string[], path: string, isFolder: boolean): Arrival[] {
  return sources.flatMap((source): Arrival[] => {
    const name = source.replace(/\/+$/, "").split("/").at(-1) ?? "";
    const own: Arrival = { kind: "file", path: joinPath(path, name) };
    if (source.startsWith("<<")) return [{ kind: "file", path: isFolder ? null : path }];
    if (!isFile(source)) return [own, { kind: "either", path }];
    return isFolder || sources.length > 1 ? [own] : [own, { kind: "file", path }];
  });
}

/** By an ending that folders and archives do not have. */
const isFile = (source: string): boolean =>
  /\.(sh|bash|py|js|json|ya?ml|toml|conf|cfg|ini|env|txt|md|pem|crt|cer|key|html?|css|so|jar|zip|go|mod|sum|proto|sql)$/.test(
    source,
  );
