import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildEnvironment } from "#edge/builds/build-environment.js";
import { findProgram } from "#edge/builds/go-recipe.js";
import { runCommand } from "#edge/builds/run-command.js";
import { readTextFile } from "#edge/read-text-file.js";
import type { CommandWords, GoSource, Repository, TextFile, Toolchain } from "#ports/release.js";

/** Reads the module that a folder belongs to, and asks git and Go about it. Writes nothing there. */
export async function readSource(folder: string, signal: AbortSignal): Promise<GoSource> {
  const up = above(folder, "go.mod");
  const moduleFolder = resolve(up ?? folder);
  const inModule = (name: string): TextFile | null =>
    up === null ? null : textOf(join(up, name), join(moduleFolder, name));
  const [repository, go] = await Promise.all([
    readRepository(resolve(folder), signal),
    askGo(moduleFolder, signal),
  ]);
  const { toolchain, workspace } = go;
  const workSum = workspace === null ? null : join(dirname(workspace), "go.work.sum");
  const vendored = existsSync(join(moduleFolder, "vendor", "modules.txt"));
  const canVerify = toolchain !== null && up !== null && !vendored;
  return {
    ...{ folder, repository, moduleFolder, toolchain, workspace, vendored },
    goMod: inModule("go.mod"),
    goSum: inModule("go.sum"),
    workSum: workSum === null ? null : textOf(workSum, workSum),
    verified: canVerify ? await runWords(["go", "mod", "verify"], moduleFolder, signal) : null,
  };
}

/** The nearest folder with that file, as the user would name it: the one given, or some `..` above. */
function above(folder: string, name: string): string | null {
  for (let at = folder; ; at = join(at, "..")) {
    if (existsSync(join(at, name))) return at;
    if (resolve(at) === "/") return null;
  }
}

function textOf(file: string, path: string): TextFile | null {
  const read = readTextFile(path);
  return read.ok ? { file, text: read.value } : null;
}

async function readRepository(folder: string, signal: AbortSignal): Promise<Repository> {
  if (above(folder, ".git") === null) return { kind: "none" };
  const git = (...args: string[]) => runWords(["git", ...args], folder, signal);
  const root = await git("rev-parse", "--show-toplevel");
  if (root === null) return { kind: "no-git" };
  if (!root.succeeded) return { kind: "refused", words: root.output.split("\n")[0] ?? "" };
  const head = await git("rev-parse", "--verify", "--quiet", "HEAD");
  return { kind: "found", root: root.output, head: head?.succeeded === true ? head.output : null };
}

interface GoAnswer {
  readonly toolchain: Toolchain | null;
  readonly workspace: string | null;
}

async function askGo(folder: string, signal: AbortSignal): Promise<GoAnswer> {
  const argv = ["go", "env", "GOVERSION", "GOWORK", "GOFLAGS"];
  const words = await runWords(argv, folder, signal);
  if (words === null) return { toolchain: null, workspace: null };
  const [version = "", workspace = "", flags = ""] = words.succeeded
    ? words.output.split("\n")
    : [];
  const counts = workspace !== "" && workspace !== "off";
  return { toolchain: { version, flags }, workspace: counts ? workspace : null };
}

/** null: there is no such program. */
export async function runWords(
  argv: readonly string[],
  cwd: string,
  signal: AbortSignal,
  own: Readonly<Record<string, string>> = {},
): Promise<CommandWords | null> {
  // Looking must not write: git would refresh its index.
  const env = buildEnvironment({ GIT_OPTIONAL_LOCKS: "0", ...own });
  if (findProgram(argv[0] ?? "", env.PATH ?? "") === null) return null;
  const end = await runCommand({ argv, cwd, env, signal });
  const command = argv.join(" ");
  if (end.kind === "not-started") return { command, succeeded: false, output: end.reason };
  const { exit, output } = end;
  return { command, succeeded: exit.kind === "code" && exit.code === 0, output: output.trim() };
}
