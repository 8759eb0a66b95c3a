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

/** `path version` of everything required, as `replace` leaves it: what is replaced by a folder has no sum. */
export function modulesOf(text: string): string[] {
  const required: (readonly [path: string, version: string])[] = [];
  const replaced: { path: string; version: string | null; by: string | null }[] = [];
  let block = "";
  for (const whole of text.split("\n")) {
    const words = (whole.split("//")[0] ?? "").trim().split(/\s+/).map(unquoted);
    if (block === "" && words[1] === "(") block = words[0] ?? "";
    else if (block !== "" && words[0] === ")") block = "";
    else {
      const [verb, ...rest] = block === "" ? words : [block, ...words];
      if (verb === "require" && rest[1] !== undefined) required.push([rest[0] ?? "", rest[1]]);
      if (verb === "replace") replaced.push(replacement(rest));
    }
  }
  return required.flatMap(([path, version]) => {
    const found = replaced.find(
      (one) => one.path === path && (one.version === null || one.version === version),
    );
    if (found === undefined) return [`${path} ${version}`];
    return found.by === null ? [] : [found.by];
  });
}

function replacement(words: readonly string[]): {
  path: string;
  version: string | null;
  by: string | null;
} {
  const arrow = words.indexOf("=>");
  const [path = "", version = null] = words.slice(0, arrow);
  const [by = "", to] = words.slice(arrow + 1);
  return { path, version, by: to === undefined ? null : `${by} ${to}` };
}

const unquoted = (word: string): string => word.replace(/^"(.*)"$|^`(.*)`$/, "$1$2");
