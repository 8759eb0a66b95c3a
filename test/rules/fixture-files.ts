import { readdirSync, readFileSync, statSync } from "node:fs";
import { splitWords } from "#base/split-words.js";

/**
 * One example of a rule: a file whose first line may be `# hotpod check FLAGS`, or a folder with a file `flags`. Its name says
 * what must come of it: `fires-…`, `quiet-…`, or `open-LETTERS-…` with the inputs that are missing.
 */
export interface Fixture {
  readonly rule: string;
  readonly name: string;
  readonly expects: "fires" | "quiet" | "open";
  /** Letters of inputs. */
  readonly missing: readonly string[];
  /** The arguments of `hotpod check`. */
  readonly argv: readonly string[];
  /** `file:line severity` of every comment `# HP201 error` in it, sorted. */
  readonly marks: readonly string[];
}

const ROOT = "test/rules/fixtures";

export function fixtures(): Fixture[] {
  return readdirSync(ROOT)
    .filter((rule) => /^HP\d+$/.test(rule))
    .flatMap((rule) => readdirSync(`${ROOT}/${rule}`).map((name) => fixture(rule, name)));
}

function fixture(rule: string, name: string): Fixture {
  const path = `${ROOT}/${rule}/${name}`;
  const [word = "", letters = ""] = name.split("-");
  if (word !== "fires" && word !== "quiet" && word !== "open") {
    throw new Error(`${path}: the name begins with fires-, quiet- or open-`);
  }
  const isFolder = statSync(path).isDirectory();
  const files = isFolder ? filesBelow(path) : [path];
  const flags = isFolder ? flagsText(path) : commentFlags(path);
  const words = splitWords(flags.replaceAll("{dir}", path)) ?? [];
  return {
    rule,
    name,
    expects: word,
    missing: word === "open" ? letters.toUpperCase().split("") : [],
    argv: [...(isFolder ? pathsOf(path, words) : [path]), ...words],
    marks: files.flatMap((file) => marksIn(file, rule)).sort(),
  };
}

/** The whole folder, unless its flags name the files. */
function pathsOf(path: string, words: readonly string[]): string[] {
  return words.some((word) => word.startsWith(path) && statSync(word).isDirectory()) ? [] : [path];
}

function flagsText(folder: string): string {
  try {
    return readFileSync(`${folder}/flags`, "utf8").trim();
  } catch {
    return "";
  }
}

function commentFlags(path: string): string {
  const [first = ""] = readFileSync(path, "utf8").split("\n");
  return /^#\s*hotpod check\s+(.*)$/.exec(first)?.[1] ?? "";
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

/**
 * In YAML, TOML and shell behind `#`, in Go behind `//`; a line may hold several. A line of its own `# ^ HP607 warning`, as
 * Dockerfiles need it, marks the line above.
 */
function marksIn(file: string, rule: string): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => {
    const [, up, comment = ""] =
      /(?:#|\/\/)\s*(\^\s*)?(HP\d+ (?:error|warning|info).*)$/.exec(line) ?? [];
    const severities = [...comment.matchAll(/(HP\d+) (error|warning|info)/g)];
    return severities
      .filter(([, id]) => id === rule)
      .map(([, , severity]) => `${file}:${up === undefined ? index + 1 : index} ${severity}`);
  });
}
