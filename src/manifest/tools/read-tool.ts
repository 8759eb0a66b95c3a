import { fail, ok, type Result } from "#base/result.js";
import { splitWords } from "#base/split-words.js";
import type { InputProblem } from "#manifest/input-problem.js";
import type { ReloadTool } from "#model/reload-tool.js";
import { airConfigFile, applyAirConfig, applyAirFlags } from "./air.js";
import {
  applyEntr,
  applyFreshConfig,
  applyNodemonFile,
  applyNodemonFlags,
  applyWatchexec,
  nodemonConfigFile,
} from "./command-tools.js";
import { findTool, toolOfProgram } from "./find-tool.js";
import { applyCompileDaemon, applyReflex, applyWgo, reflexConfigFile } from "./go-tools.js";
import { type ToolDraft, type ToolReading, toolDraft } from "./tool-reading.js";

/** A tool's own configuration file. */
export interface ToolConfig {
  readonly file: string;
  readonly text: string;
}

/**
 * What is known of a tool, with its configuration and its command line laid over it. `text`: a name (`air@1.61.7`) or a
 * whole command line (`reflex -s -- sh -c 'go build && ./app'`).
 */
export function readTool(
  text: string,
  config: ToolConfig | null,
  where: string,
): Result<ToolReading, InputProblem> {
  const words = splitWords(text);
  if (words === null) {
    return fail({ where, what: `${text}: a quote is not closed`, hint: "Close it." });
  }
  return readToolWords(words, config, where);
}

export function readToolWords(
  words: readonly string[],
  config: ToolConfig | null,
  where: string,
): Result<ToolReading, InputProblem> {
  const [first = "", ...rest] = words;
  const program = baseName(first);
  const found =
    toolOfProgram(program) !== null && rest.length > 0
      ? ok(toolOfProgram(program) as ReloadTool)
      : findTool(program, where);
  if (!found.ok) return found;
  const draft = toolDraft(found.value);
  const reader = READERS[found.value.name];
  if (config !== null) {
    if (reader?.config === undefined) {
      return fail({
        where: config.file,
        what: `${found.value.name} has no configuration file that changes what it does`,
        hint: "Give its command line: --tool 'NAME FLAGS…'.",
      });
    }
    reader.config(draft, config.text, config.file);
  }
  reader?.flags?.(draft, rest, where);
  return ok(draft.reading());
}

/** The configuration file that a command line names; null: none. */
export function configFileOf(words: readonly string[]): string | null {
  const [first = "", ...rest] = words;
  const name = toolOfProgram(baseName(first))?.name ?? "";
  return READERS[name]?.configFile?.(rest) ?? null;
}

/** The reload tool in a container's command: behind a shell, `exec`, variables or an init. null: none that is known. */
export function toolInCommand(command: readonly string[]): readonly string[] | null {
  const [first = "", ...rest] = command;
  const name = baseName(first);
  if (toolOfProgram(name) !== null) return command;
  if (WRAPPERS.has(name)) {
    const next = rest.findIndex((word) => !word.startsWith("-") && !/^\w+=/.test(word));
    return next < 0 ? null : toolInCommand(rest.slice(next));
  }
  if (SHELLS.has(name)) {
    const script = rest[rest.findIndex((word) => /^-[a-z]*c$/.test(word)) + 1];
    for (const words of script === undefined ? [] : lastCommands(script)) {
      const tool = toolInCommand(words);
      if (tool !== null) return tool;
    }
    return null;
  }
  return null;
}

const SHELLS = new Set(["sh", "bash", "ash", "dash"]);
const WRAPPERS = new Set(["tini", "dumb-init", "env", "exec", "nice", "npx", "catatonit"]);

/** The last command; of a pipeline each of it, the last one first: `find . | entr …`, `air | tee log`. */
function lastCommands(script: string): string[][] {
  const parts = script.split(/&&|\|\||;|\n|(?<!>)&(?![>\d])/);
  const last = parts.findLast((part) => part.trim() !== "") ?? "";
  return last
    .split("|")
    .reverse()
    .flatMap((part) => {
      const words = splitWords(part.trim());
      const begin = words?.findIndex((word) => word !== "exec" && !/^\w+=/.test(word)) ?? -1;
      return words === null || begin < 0 ? [] : [words.slice(begin)];
    });
}

interface Reader {
  readonly config?: (draft: ToolDraft, text: string, file: string) => void;
  readonly flags?: (draft: ToolDraft, words: readonly string[], where: string) => void;
  readonly configFile?: (words: readonly string[]) => string | null;
}

const READERS: Readonly<Record<string, Reader>> = {
  air: { config: applyAirConfig, flags: applyAirFlags, configFile: airConfigFile },
  CompileDaemon: { flags: applyCompileDaemon },
  fresh: { config: applyFreshConfig, configFile: freshConfigFile },
  reflex: { config: applyReflexConfig, flags: applyReflex, configFile: reflexConfigFile },
  wgo: { flags: applyWgo },
  nodemon: { config: applyNodemonFile, flags: applyNodemonFlags, configFile: nodemonConfigFile },
  entr: { flags: applyEntr },
  watchexec: { flags: applyWatchexec },
};

function freshConfigFile(words: readonly string[]): string | null {
  const at = words.indexOf("-c");
  return at < 0 ? null : (words[at + 1] ?? null);
}

/** One command line a row; the row of the service is the one with `-s`. */
function applyReflexConfig(draft: ToolDraft, text: string, file: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const words = splitWords(line) ?? [];
    if (words.length === 0 || line.trimStart().startsWith("#")) continue;
    if (!words.some((word) => /^(--start-service|-[a-z]*s[a-z]*)$/.test(word))) continue;
    applyReflex(draft, words, `${file}:${index + 1}:1`);
    return;
  }
  draft.complain(
    file,
    "no row starts a service (-s)",
    "reflex restarts only what is started with -s.",
  );
}

const baseName = (path: string): string => path.split("/").at(-1) ?? path;
