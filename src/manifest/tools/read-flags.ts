/** A flag of a tool's command line. `takes`: whether a value follows. */
export type FlagSpec = Readonly<Record<string, "value" | "switch">>;

export interface ReadFlags {
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  /** What follows the flags: the command that is run. */
  readonly rest: readonly string[];
  /** Flags that the specification does not name. */
  readonly unknown: readonly string[];
}

/**
 * Reads flags the way each tool does: `-x value`, `-x=value`, `--x=value`, up to `--` or the first word. `clusters`: short
 * flags may be joined (`-rz`), as in POSIX.
 */
export function readFlags(
  words: readonly string[],
  spec: FlagSpec,
  options: { readonly clusters: boolean },
): ReadFlags {
  const flags: { name: string; value: string }[] = [];
  const unknown: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    const [head = "", inline] = splitOnce(word);
    const name = Object.hasOwn(spec, head) ? head : head.replace(/^--?/, "-");
    const kind = Object.hasOwn(spec, name) ? spec[name] : undefined;
    if (kind === "switch") flags.push({ name, value: inline ?? "true" });
    else if (kind === "value") flags.push({ name, value: inline ?? words[++at] ?? "" });
    else if (options.clusters && /^-[a-zA-Z]{2,}$/.test(word)) {
      at += cluster(word, words[at + 1], spec, flags, unknown);
    } else unknown.push(head);
  }
  return { flags, rest: words.slice(at), unknown };
}

/** Returns how many further words it took. */
function cluster(
  word: string,
  next: string | undefined,
  spec: FlagSpec,
  flags: { name: string; value: string }[],
  unknown: string[],
): number {
  for (let i = 1; i < word.length; i++) {
    const name = `-${word.charAt(i)}`;
    const kind = Object.hasOwn(spec, name) ? spec[name] : undefined;
    if (kind === "value") {
      const joined = word.slice(i + 1);
      flags.push({ name, value: joined === "" ? (next ?? "") : joined });
      return joined === "" ? 1 : 0;
    }
    if (kind === "switch") flags.push({ name, value: "true" });
    else unknown.push(name);
  }
  return 0;
}

function splitOnce(word: string): [string, string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}
