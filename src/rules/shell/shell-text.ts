/**
 * What can be told of a shell script by its commands and loops alone. It knows quotes, comments, substitutions, `timeout` and
 * nested `sh -c`, and neither functions nor here-documents. Linear in the script's length.
 */
import { splitWords } from "#base/split-words.js";
import { baseName } from "#rules/subject/effective-command.js";
import { type Piece, shellPieces } from "./shell-pieces.js";

export interface ShellCommand {
  /** Reserved words before it: `until`, `do`, `!`. */
  readonly keywords: readonly string[];
  /** The program and its arguments, without assignments, redirections, `exec` and the like; empty: there is none. */
  readonly words: readonly string[];
  /** Files that `>` and `>>` write. */
  readonly writes: readonly string[];
  /** What ends it: `&&`, `;`, a line's end… */
  readonly behind: string;
  /** `timeout` bounds it: only this command, or the script it stands in. */
  readonly limited: "itself" | "script" | null;
  /** As it is written; of a command line without a shell, its words. */
  readonly text: string;
}

export interface Loop {
  readonly keyword: "for" | "while" | "until";
  /** It ends: by a list, a `timeout`, a counter that is compared, or the end of its input. */
  readonly bounded: boolean;
  /** Commands in it that ask something over the network. */
  readonly checks: readonly ShellCommand[];
  /** Its commands as they are written. */
  readonly texts: readonly string[];
}

type Limit = ShellCommand["limited"];

export function commandsOf(script: string): ShellCommand[] {
  return inScript(script, null, 0);
}

/** Of a command line, with what its shells run. */
export function commandsOfArgv(argv: readonly string[]): ShellCommand[] {
  return expand({ text: argv.join(" "), behind: "" }, argv, null, 0);
}

/** Loops of a command line around a network check; `for` loops too, which end. */
export function waitLoopsOf(argv: readonly string[]): Loop[] {
  return loopsOf(commandsOfArgv(argv)).filter(({ checks }) => checks.length > 0);
}

const NESTED_MAX = 4;

function inScript(script: string, outside: Limit, depth: number): ShellCommand[] {
  const whole = script.replaceAll("\\\n", "  ");
  return shellPieces(whole).flatMap((piece) => {
    const words = splitWords(piece.text) ?? piece.text.split(/\s+/);
    return expand(piece, words, outside, depth);
  });
}

function expand(
  { text, behind }: Pick<Piece, "text" | "behind">,
  all: readonly string[],
  outside: Limit,
  depth: number,
): ShellCommand[] {
  const { keywords, rest } = withoutKeywords(all);
  const { plain, writes } = withoutRedirections(rest);
  const { words, limited } = unwrapped(plain);
  const command: ShellCommand = {
    keywords,
    words,
    writes,
    behind,
    limited: outside ?? (limited ? "itself" : null),
    text,
  };
  const script = scriptOf(words);
  if (script === null || depth >= NESTED_MAX) return [command];
  const within = outside !== null || limited ? "script" : null;
  return [command, ...inScript(script, within, depth + 1)];
}

const KEYWORDS = new Set(
  "if then elif else fi for while until do done case esac { } ! time".split(" "),
);

function withoutKeywords(words: readonly string[]): { keywords: string[]; rest: string[] } {
  const found = words.findIndex((word) => !KEYWORDS.has(word));
  const end = found < 0 ? words.length : found;
  return { keywords: words.slice(0, end), rest: words.slice(end) };
}

function withoutRedirections(words: readonly string[]): { plain: string[]; writes: string[] } {
  const plain: string[] = [];
  const writes: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [, operator, joined] = /^\d*(>>?\|?|&>|<)(.*)$/s.exec(words[i] ?? "") ?? [];
    if (operator === undefined) {
      plain.push(words[i] ?? "");
      continue;
    }
    const target = joined === "" ? words[++i] : joined;
    if (operator !== "<" && target !== undefined && !target.startsWith("&")) writes.push(target);
  }
  return { plain, writes };
}

const WRAPPERS = new Set(
  "exec command nohup nice env sudo busybox tini dumb-init catatonit".split(" "),
);

/** Without assignments and programs that only start another one. */
function unwrapped(all: readonly string[]): { words: string[]; limited: boolean } {
  let at = 0;
  let limited = false;
  for (; at < all.length; at++) {
    const word = all[at] ?? "";
    const name = baseName(word);
    if (/^\w+=/.test(word)) continue;
    if (name === "timeout") {
      limited = true;
      at = behindFlags(all, at + 1, /^-[ks]$/);
    } else if (WRAPPERS.has(name)) at = behindFlags(all, at + 1, /^-[nu]$/) - 1;
    else break;
  }
  return { words: all.slice(at), limited };
}

/** `withValue`: flags that take the next word. */
function behindFlags(words: readonly string[], from: number, withValue: RegExp): number {
  let at = from;
  while (words[at]?.startsWith("-")) at += withValue.test(words[at] ?? "") ? 2 : 1;
  return at;
}

const SHELLS = new Set("sh bash ash dash".split(" "));

export const isShell = (word: string): boolean => SHELLS.has(baseName(word));

/** The text behind `sh -c`; null: it is no such command. */
export function scriptOf(words: readonly string[]): string | null {
  if (!isShell(words[0] ?? "")) return null;
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  return flag < 0 ? null : (words[flag + 1] ?? null);
}

const CHECKS = new Set("nc wget curl pg_isready nslookup getent redis-cli".split(" "));

interface OpenLoop {
  readonly keyword: Loop["keyword"];
  readonly limited: boolean;
  readonly checks: ShellCommand[];
  readonly texts: string[];
}

/** Closed loops, inner ones first. A command belongs to the innermost one. */
export function loopsOf(commands: readonly ShellCommand[]): Loop[] {
  const loops: Loop[] = [];
  const open: OpenLoop[] = [];
  for (const command of commands) {
    for (const keyword of command.keywords) {
      if (keyword === "for" || keyword === "while" || keyword === "until") {
        const limited = command.limited === "script";
        open.push({ keyword, limited, checks: [], texts: [] });
      } else if (keyword === "done") {
        const loop = open.pop();
        if (loop !== undefined) close(loop, open.at(-1), loops);
      }
    }
    const inner = open.at(-1);
    inner?.texts.push(command.text);
    if (CHECKS.has(baseName(command.words[0] ?? ""))) inner?.checks.push(command);
  }
  return loops;
}

/** A `for` over several hosts inside an endless loop asks for that loop. */
function close(loop: OpenLoop, around: OpenLoop | undefined, loops: Loop[]): void {
  const { keyword, limited, checks, texts } = loop;
  const [first] = checks;
  if (keyword === "for" && first !== undefined) around?.checks.push(first);
  const bounded = keyword === "for" || limited || countsTo(texts) || readsInput(texts);
  loops.push({ keyword, bounded, checks, texts });
}

function countsTo(texts: readonly string[]): boolean {
  const counts = texts.some((text) => /\(\(|\b(let|expr|SECONDS|date)\b/.test(text));
  return counts && texts.some((text) => /\s-(lt|le|gt|ge|eq|ne)\s|\(\(|\[\[/.test(text));
}

const readsInput = ([condition = ""]: readonly string[]): boolean => /\bread\b/.test(condition);
