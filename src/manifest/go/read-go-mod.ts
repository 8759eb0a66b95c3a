/** What a go.mod says. Lines count from 1. */
export interface GoMod {
  /** null: it names none. */
  readonly module: string | null;
  /** `1.24` of `go 1.24`; null: there is no such line. */
  readonly go: GoModVersion | null;
  /** `go1.24.3` of `toolchain go1.24.3`. */
  readonly toolchain: GoModVersion | null;
  readonly requires: readonly GoRequire[];
  readonly replaces: readonly GoReplace[];
}

export interface GoModVersion {
  readonly version: string;
  readonly line: number;
}

export interface GoRequire {
  readonly path: string;
  readonly version: string;
  readonly indirect: boolean;
  readonly line: number;
}

export interface GoReplace {
  readonly path: string;
  /** null: whatever version. */
  readonly version: string | null;
  readonly by: string;
  /** null: `by` is a folder. */
  readonly byVersion: string | null;
  readonly line: number;
}

/** Reads what is well-formed and passes over the rest: whether a go.mod is right is Go's to say. */
export function readGoMod(text: string): GoMod {
  const requires: GoRequire[] = [];
  const replaces: GoReplace[] = [];
  const single = new Map<string, GoModVersion>();
  for (const { words, comment, line } of directives(text)) {
    const [verb = "", first = "", second] = words;
    if (verb === "require" && second !== undefined) {
      const indirect = /\bindirect\b/.test(comment);
      requires.push({ path: first, version: second, indirect, line });
    } else if (verb === "replace") replaces.push(...replacement(words.slice(1), line));
    else if (["module", "go", "toolchain"].includes(verb) && first !== "") {
      single.set(verb, { version: first, line });
    }
  }
  const [go = null, toolchain = null] = [single.get("go"), single.get("toolchain")];
  return { module: single.get("module")?.version ?? null, go, toolchain, requires, replaces };
}

/** What stands for a required module: the replacement of that version before the one of every version. */
export function replacementOf(
  { replaces }: Pick<GoMod, "replaces">,
  path: string,
  version: string,
): GoReplace | null {
  const ofPath = replaces.filter((one) => one.path === path);
  const exact = ofPath.find((one) => one.version === version);
  return exact ?? ofPath.find((one) => one.version === null) ?? null;
}

interface Directive {
  /** The verb first, also of a line within a block. */
  readonly words: readonly string[];
  readonly comment: string;
  readonly line: number;
}

function* directives(text: string): Generator<Directive> {
  let block: string | null = null;
  for (const [index, whole] of text.split("\n").entries()) {
    const at = whole.indexOf("//");
    const [code, comment] = at < 0 ? [whole, ""] : [whole.slice(0, at), whole.slice(at)];
    const words = code.trim().split(/\s+/).map(unquoted);
    if (words[0] === "") continue;
    if (block === null && words[1] === "(") block = words[0] ?? "";
    else if (block !== null && words[0] === ")") block = null;
    else yield { words: block === null ? words : [block, ...words], comment, line: index + 1 };
  }
}

function replacement(words: readonly string[], line: number): GoReplace[] {
  const arrow = words.indexOf("=>");
  const [path, version = null] = words.slice(0, Math.max(arrow, 0));
  const [by, byVersion = null] = words.slice(arrow + 1);
  return path === undefined || by === undefined ? [] : [{ path, version, by, byVersion, line }];
}

const unquoted = (word: string): string => word.replace(/^"(.*)"$|^`(.*)`$/, "$1$2");
