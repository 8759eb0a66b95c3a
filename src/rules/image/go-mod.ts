import type { ConfigText } from "#rules/subject/project.js";

/** Modules that a go.mod requires by itself, not through others, each with its line. */
export function directRequirements({
  text,
}: ConfigText): readonly { readonly path: string; readonly line: number }[] {
  const found: { path: string; line: number }[] = [];
  let inBlock = false;
  for (const [index, whole] of text.split("\n").entries()) {
    const [code = "", comment = ""] = whole.split("//");
    const line = code.trim();
    if (inBlock && line === ")") inBlock = false;
    else if (/^require\s*\($/.test(line)) inBlock = true;
    else {
      const [, path] = (inBlock ? /^(\S+)\s+v\S+$/ : /^require\s+(\S+)\s+v\S+$/).exec(line) ?? [];
      if (path !== undefined && !/\bindirect\b/.test(comment))
        found.push({ path, line: index + 1 });
    }
  }
  return found;
}

export const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");
