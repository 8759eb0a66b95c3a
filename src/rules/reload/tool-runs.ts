import { splitWords } from "#base/split-words.js";
import { lineSource, type Source } from "#manifest/text/source.js";
import type { ReadFlags } from "#manifest/tools/read-flags.js";
import { toolFlags } from "#manifest/tools/tool-flags.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { ReloadSubject } from "./reload-subject.js";
import { settingSource } from "./tool-setting.js";

/** A command that a reload tool starts when files change. */
export interface ToolRun {
  readonly flags: ReadFlags["flags"];
  /** As it is written; empty: not said. */
  readonly command: readonly string[];
  readonly at: Source;
  /** A row of a configuration file, by its offset in UTF-16 units; null: of a command line. */
  readonly rowStart: number | null;
}

/** Of reflex, wgo, nodemon, entr, watchexec, and of CompileDaemon what it starts after the build. */
export function toolRuns(reload: ReloadSubject): readonly ToolRun[] {
  const { program, argv, source } = reload.use;
  const { flags, rest } = toolFlags(program, argv.slice(1));
  const ofLine = (command: readonly string[]): ToolRun => ({
    flags,
    command,
    at: source,
    rowStart: null,
  });
  switch (program) {
    case "reflex":
      return [...(rest.length > 0 ? [ofLine(rest)] : []), ...reflexRows(reload)];
    case "wgo":
      return argv[1] === "run" ? [] : [ofLine(wgoCommand(rest))];
    case "CompileDaemon":
      return [ofLine(splitWords(flagText(flags, "-command") ?? "") ?? [])];
    case "nodemon":
      return [nodemonRun(reload, flags, rest)];
    case "entr":
    case "watchexec":
      return [ofLine(rest)];
    default:
      return [];
  }
}

export function flagText(flags: ReadFlags["flags"], ...names: readonly string[]): string | null {
  return flags.findLast(({ name }) => names.includes(name))?.value ?? null;
}

/** `wgo go build -o app . :: ./app`: one after the other. */
function wgoCommand(words: readonly string[]): readonly string[] {
  return words.map((word) => (word === "::" ? "&&" : word));
}

function nodemonRun(
  reload: ReloadSubject,
  flags: ReadFlags["flags"],
  rest: readonly string[],
): ToolRun {
  const { config, table, source } = reload.use;
  const exec = flagText(flags, "-x", "-exec");
  const inFile = fieldsOf(table).exec;
  if (exec !== null || rest.length > 0 || typeof inFile !== "string" || config === null) {
    const command = exec === null ? rest : [exec, ...rest];
    return { flags, command, at: source, rowStart: null };
  }
  return { flags, command: [inFile], at: settingSource(reload, "", "exec"), rowStart: null };
}

function reflexRows({ use: { config } }: ReloadSubject): ToolRun[] {
  const rows: ToolRun[] = [];
  let start = 0;
  for (const [index, line] of (config?.text ?? "").split("\n").entries()) {
    const words = line.trimStart().startsWith("#") ? [] : (splitWords(line) ?? []);
    if (words.length > 0) {
      const { flags, rest } = toolFlags("reflex", words);
      rows.push({
        flags,
        command: rest,
        at: lineSource(config?.file ?? "", index + 1, line),
        rowStart: start + line.search(/\S/),
      });
    }
    start += line.length + 1;
  }
  return rows;
}
