import { partsOfScript } from "./command-parts.js";

/** A command that writes sources. */
export interface Generator {
  readonly command: string;
  /** A file it writes each time it runs; null: where it writes, or whether it does, is not told by its command. */
  readonly writes: string | null;
}

/** The generators in a line of shell. */
export function generatorsIn(script: string): readonly Generator[] {
  return partsOfScript(script).flatMap((words) => {
    const [program = "", verb = ""] = words;
    const name = program.split("/").at(-1) ?? program;
    const found = writes(name, verb, words);
    return found === undefined ? [] : [{ command: words.join(" "), writes: found }];
  });
}

/** undefined: no generator. */
function writes(name: string, verb: string, words: readonly string[]): string | null | undefined {
  switch (name) {
    case "swag":
      return verb === "init"
        ? `${valueAfter(words, "-o", "--output") ?? "docs"}/docs.go`
        : undefined;
    case "wire":
      return "wire_gen.go";
    case "protoc": {
      const folder = valueAfter(words, "--go_out");
      return folder === null ? undefined : `${folder}/generated.pb.go`;
    }
    case "go":
      return verb === "generate" ? null : undefined;
    case "templ":
    case "sqlc":
      return verb === "generate" ? null : undefined;
    case "stringer":
    case "mockgen":
    case "buf":
    case "ent":
      return null;
    default:
      return undefined;
  }
}

function valueAfter(words: readonly string[], ...flags: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    if (flags.includes(word)) return words[index + 1] ?? null;
    const flag = flags.find((one) => word.startsWith(`${one}=`));
    if (flag !== undefined) return word.slice(flag.length + 1);
  }
  return null;
}
