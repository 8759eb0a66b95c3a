import { type GoToken, goTokens } from "./go-tokens.js";

/** What a file of Go says of itself, as far as rules ask. */
export interface GoFile {
  readonly file: string;
  /** `main` */
  readonly packageName: string;
  readonly imports: readonly GoImport[];
  readonly calls: readonly GoCall[];
  /** Every literal string. */
  readonly strings: ReadonlySet<string>;
}

export interface GoImport {
  readonly path: string;
  /** By which the file calls it; `_` and `.` as they are written. */
  readonly name: string;
}

/** `http.ListenAndServe(":8080", nil)`; of a method, `path` is null. */
export interface GoCall {
  /** Of the package; null: a method of some value. */
  readonly path: string | null;
  readonly name: string;
  readonly line: number;
  /** What stands between the parentheses. */
  readonly args: readonly GoToken[];
}

/** null: it is for another system than Linux, or no Go. */
export function goFile(file: string, text: string): GoFile | null {
  if (!isForLinux(file, text)) return null;
  const tokens = goTokens(text);
  const start = tokens.findIndex(({ kind, text: word }) => kind === "name" && word === "package");
  const packageName = tokens[start + 1]?.text;
  if (start !== 0 || packageName === undefined) return null;
  const imports = importsOf(tokens);
  const names = new Map(imports.map((one) => [one.name, one.path]));
  const strings = new Set(tokens.flatMap((one) => (one.kind === "string" ? [one.text] : [])));
  return { file, packageName, imports, calls: callsOf(tokens, names), strings };
}

function importsOf(tokens: readonly GoToken[]): GoImport[] {
  const found: GoImport[] = [];
  for (let at = 2; at < tokens.length; at++) {
    if (tokens[at]?.text === ";") continue;
    if (tokens[at]?.kind !== "name" || tokens[at]?.text !== "import") break;
    const block = tokens[at + 1]?.text === "(" && tokens[at + 1]?.kind === "sign";
    let name: string | null = null;
    for (at += block ? 2 : 1; at < tokens.length; at++) {
      const { kind, text } = tokens[at] as GoToken;
      if (kind === "string") {
        found.push({ path: text, name: name ?? lastName(text) });
        name = null;
        if (!block) break;
      } else if (text === ")") break;
      else if (kind === "name" || text === ".") name = text;
    }
  }
  return found;
}

/** `github.com/go-chi/chi/v5` is called `chi`, `gopkg.in/yaml.v3` is `yaml`. */
function lastName(path: string): string {
  const parts = path.split("/");
  const last = parts.at(-1) ?? path;
  const whole = /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last;
  return whole.replace(/\.v\d+$/, "").replace(/^go-|-go$/, "");
}

function callsOf(tokens: readonly GoToken[], names: ReadonlyMap<string, string>): GoCall[] {
  const calls: GoCall[] = [];
  for (let at = 2; at < tokens.length; at++) {
    const [dot, name, paren] = [tokens[at - 1], tokens[at], tokens[at + 1]];
    if (name?.kind !== "name" || paren?.text !== "(" || paren.kind !== "sign") continue;
    if (dot?.text !== "." || dot.kind !== "sign") continue;
    const [of, before] = [tokens[at - 2], tokens[at - 3]];
    const isPackage = of?.kind === "name" && before?.text !== ".";
    const path = isPackage ? (names.get(of.text) ?? null) : null;
    calls.push({ path, name: name.text, line: name.line, args: argumentsFrom(tokens, at + 2) });
  }
  return calls;
}

/** More than this no call has that is looked for. */
const ARGUMENTS_MAX = 200;

function argumentsFrom(tokens: readonly GoToken[], from: number): readonly GoToken[] {
  let depth = 1;
  for (let at = from; at < tokens.length && at - from < ARGUMENTS_MAX; at++) {
    const { kind, text } = tokens[at] as GoToken;
    if (kind !== "sign") continue;
    if (text === "(") depth++;
    if (text === ")" && --depth === 0) return tokens.slice(from, at);
  }
  return tokens.slice(from, from + ARGUMENTS_MAX);
}

const SYSTEMS =
  /_(aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows)(_[a-z0-9]+)?\.go$/;

/** By its name, and by `//go:build` before its package. */
function isForLinux(file: string, text: string): boolean {
  if (SYSTEMS.test(file)) return false;
  const end = text.search(/^package\s/m);
  const [, constraint] = /^\/\/go:build\s+(.*)$/m.exec(text.slice(0, Math.max(end, 0))) ?? [];
  return constraint === undefined || holds(constraint);
}

const TAGS = /^(linux|unix|amd64|gc|cgo|go1\.\d+)$/;

/** `!windows && (linux || darwin)`. What cannot be read holds. */
function holds(constraint: string): boolean {
  const words = constraint.match(/&&|\|\||!|\(|\)|[\w.]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (words[at] === "||") {
      at++;
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (words[at] === "&&") {
      at++;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const word = words[at++];
    if (word === "!") return !one();
    if (word !== "(") return word === undefined || TAGS.test(word);
    const value = either();
    at++;
    return value;
  };
  return words.length > 200 || either();
}
