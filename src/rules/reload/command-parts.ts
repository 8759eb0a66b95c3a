import { splitWords } from "#base/split-words.js";

const SHELLS = new Set(["sh", "bash", "ash", "dash"]);

/** What a shell reads in a command: the script after `-c`, or the words as one line. */
export function scriptOf(words: readonly string[]): string {
  const [first = ""] = words;
  if (!SHELLS.has(baseName(first))) return words.join(" ");
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  return at < 0 ? words.join(" ") : (words[at + 1] ?? "");
}

/** The single commands of a command line, in order, without `exec`, an init and variables before them. */
export function commandParts(words: readonly string[]): readonly (readonly string[])[] {
  const bare = withoutWrappers(words);
  const [first = ""] = bare;
  if (SHELLS.has(baseName(first)) || bare.length === 1) return partsOfScript(scriptOf(bare));
  return splitAt(bare, "&&");
}

function withoutWrappers(words: readonly string[]): readonly string[] {
  const [first = "", ...rest] = words;
  if (!WRAPPERS.has(baseName(first))) return words;
  const begin = rest.findIndex((word) => !word.startsWith("-") && !/^\w+=/.test(word));
  return begin < 0 ? [] : withoutWrappers(rest.slice(begin));
}

const WRAPPERS = new Set(["tini", "dumb-init", "catatonit", "env", "exec", "nice"]);

function splitAt(words: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === separator) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.filter(({ length }) => length > 0);
}

export function partsOfScript(script: string): readonly (readonly string[])[] {
  return script.split(/&&|\|\||[;|&\n]/).flatMap((part) => {
    const all = splitWords(part.trim()) ?? part.trim().split(/\s+/);
    const begin = all.findIndex((word) => word !== "exec" && !/^\w+=/.test(word));
    return begin < 0 ? [] : [all.slice(begin)];
  });
}

/** `go run`, whatever comes behind. */
export function isGoRun([program = "", verb]: readonly string[]): boolean {
  return baseName(program) === "go" && verb === "run";
}

/** A program by its path, which is no script. */
export function isProgramPath([program = ""]: readonly string[]): boolean {
  return program.includes("/") && !/\.\w+$/.test(program) && !SHELLS.has(baseName(program));
}

/** Commands that do their work and end. */
export function endsByItself([program = "", verb = ""]: readonly string[]): boolean {
  const name = baseName(program);
  return ENDING.has(name) || (name === "go" && verb !== "run");
}

const ENDING = new Set(
  "echo true date ls cp mv rm mkdir touch printf clear gofmt goimports golangci-lint staticcheck gotestsum gcc cc clang templ sqlc buf protoc swag wire".split(
    " ",
  ),
);

const baseName = (path: string): string => path.split("/").at(-1) ?? path;
