import { readGoMod, replacementOf } from "#manifest/go/read-go-mod.js";
import type { ConfigText } from "#rules/subject/project.js";

/** Modules that a go.mod requires by itself, not through others, each with its line. */
export function directRequirements({
  text,
}: ConfigText): readonly { readonly path: string; readonly line: number }[] {
  return readGoMod(text).requires.filter(({ indirect }) => !indirect);
}

export const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");

/** `path version` of everything required, as `replace` leaves it: what is replaced by a folder has no sum. */
export function modulesOf(text: string): string[] {
  const read = readGoMod(text);
  return read.requires.flatMap(({ path, version }) => {
    const found = replacementOf(read, path, version);
    if (found === null) return [`${path} ${version}`];
    return found.byVersion === null ? [] : [`${found.by} ${found.byVersion}`];
  });
}
