import { splitWords } from "#base/split-words.js";
import type { ReadFlags } from "#manifest/tools/read-flags.js";
import { toolFlags } from "#manifest/tools/tool-flags.js";
import { scalarText } from "#rules/subject/fields.js";
import { outputOfBuild } from "#rules/subject/hot-paths.js";
import { commandParts, isProgramPath, scriptOf } from "./command-parts.js";
import type { ReloadSubject } from "./reload-subject.js";
import { flagText, toolRuns } from "./tool-runs.js";
import { airSetting, airText } from "./tool-setting.js";

/** What is built and what is started, as it is written; null: not said. */
export interface BuildAndStart {
  readonly build: string | null;
  readonly output: string | null;
  readonly started: string | null;
}

const AIR_CMD = "go build -o ./tmp/main .";
const AIR_BIN = "./tmp/main";

/** air with its defaults; of a file that was not given, nothing is known. */
export function airBuild(reload: ReloadSubject): BuildAndStart {
  const build = airText(reload, "build", "cmd") ?? AIR_CMD;
  const entry = airSetting(reload, "build", "entrypoint")?.value;
  const entrypoint = scalarText(Array.isArray(entry) ? entry[0] : entry);
  const whole = airText(reload, "build", "full_bin");
  const started =
    entrypoint || firstProgram(whole ?? "") || (airText(reload, "build", "bin") ?? AIR_BIN);
  return { build, output: outputOfBuild(build), started };
}

/** Of every command the tool runs. */
export function buildsAndStarts(reload: ReloadSubject): readonly BuildAndStart[] {
  if (reload.use.program === "air") return [airBuild(reload)];
  if (reload.use.program === "CompileDaemon") return [compileDaemon(reload)];
  return toolRuns(reload).map(({ command }) => {
    const script = scriptOf(command);
    const started = commandParts(command).findLast(isProgramPath)?.[0] ?? null;
    const output = outputOfBuild(script);
    return { build: output === null ? null : script, output, started };
  });
}

function compileDaemon({ use: { argv } }: ReloadSubject): BuildAndStart {
  const { flags } = toolFlags("CompileDaemon", argv.slice(1));
  const build = compileDaemonBuild(flags);
  const command = splitWords(flagText(flags, "-command") ?? "") ?? [];
  const started = commandParts(command).find(isProgramPath)?.[0] ?? null;
  // `go build` alone names its output after the module, which is what is then started.
  const plain = /^\s*go\s+build\b/.test(build) && !/\s-o\b/.test(build);
  return { build, output: plain ? started : outputOfBuild(build), started };
}

export const compileDaemonBuild = (flags: ReadFlags["flags"]): string =>
  flagText(flags, "-build") ?? "go build";

function firstProgram(text: string): string | null {
  return splitWords(text)?.find((word) => !/^\w+=/.test(word)) ?? null;
}
