import { splitWords } from "#base/split-words.js";

/** One simple command of a script, as far as it can be told without running it. */
export interface ScriptCommand {
  readonly words: readonly string[];
  /** In the body or the condition of `until`, `while` or `for`. */
  readonly loop: "until" | "while" | "for" | null;
}

const KEYWORDS = new Set(["do", "then", "else", "elif", "if", "!", "{", "(", "fi", "done", "}"]);
const LOOPS = new Set(["until", "while", "for"]);
const TEXT_MAX = 64 * 1024;

/**
 * The commands of a shell text, in order, with the loops they are in. A recogniser, not a shell: quotes are kept together, nested
 * substitutions are not looked into, and what it does not understand it leaves out.
 */
export function commandsOf(script: string): readonly ScriptCommand[] {
  const found: ScriptCommand[] = [];
  const loops: ScriptCommand["loop"][] = [];
  for (const part of partsOf(script.slice(0, TEXT_MAX))) {
    let words = splitWords(part.trim()) ?? part.trim().split(/\s+/);
    while (words.length > 0) {
      const [first = ""] = words;
      if (LOOPS.has(first)) {
        loops.push(first as "until");
        words = first === "for" ? [] : words.slice(1);
      } else if (KEYWORDS.has(first)) {
        if (first === "done") loops.pop();
        words = words.slice(1);
      } else break;
    }
    while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) words = words.slice(1);
    if (words.length > 0) found.push({ words, loop: loops.at(-1) ?? null });
  }
  return found;
}

/** Cut at `;`, `&`, `|` and line ends that stand outside quotes. */
function partsOf(script: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quote = "";
  for (let i = 0; i < script.length; i++) {
    const sign = script.charAt(i);
    if (sign === "\\" && quote !== "'") {
      part += sign + script.charAt(++i);
    } else if (quote !== "") {
      if (sign === quote) quote = "";
      part += sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      part += sign;
    } else if (sign === "#" && /(^|\s)$/.test(part)) {
      while (i + 1 < script.length && script.charAt(i + 1) !== "\n") i++;
    } else if (/[;&|\n()]/.test(sign)) {
      parts.push(part);
      part = "";
    } else part += sign;
  }
  return [...parts, part].filter((text) => text.trim() !== "");
}

const SHELL = /(^|\/)(ba|a|da)?sh$/;

/** The script of `sh -c SCRIPT`; null: it is no such command. */
export function scriptOf(argv: readonly string[]): string | null {
  if (!SHELL.test(argv[0] ?? "")) return null;
  const at = argv.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
  return at < 0 ? null : (argv[at + 1] ?? null);
}

/** The commands a container or hook runs: its own, or those of its script. */
export function commandsIn(argv: readonly string[]): readonly ScriptCommand[] {
  const script = scriptOf(argv);
  if (script !== null) return commandsOf(script);
  return argv.length === 0 ? [] : [{ words: argv, loop: null }];
}

/** A shell that runs a file which is not seen. */
export function runsHiddenScript(argv: readonly string[]): boolean {
  const [first = "", second = ""] = argv;
  return SHELL.test(first) ? second !== "" && !second.startsWith("-") : /\.sh$/.test(first);
}
