import { spawnSync } from "node:child_process";
import { readBinary } from "#edge/images/read-binary.js";

/**
 * How a program tells its version: by these arguments; or, of programs that have no such arguments and would begin to work, by what Go has
 * written into them.
 */
export type VersionSource = readonly string[] | "build-info";

/** Empty: it does not tell. */
export function programVersion(path: string, source: VersionSource): string {
  if (source === "build-info") return moduleVersion(path);
  const { stdout, stderr } = spawnSync(path, source, {
    ...{ encoding: "utf8", timeout: ANSWER_MS, killSignal: "SIGKILL", input: "" },
  });
  return versionIn(`${stdout ?? ""}\n${stderr ?? ""}`);
}

/** The version of the module that the program was built from, whichever module it was built in. */
function moduleVersion(path: string): string {
  const program = readBinary(path);
  const info = program.ok ? program.value.buildInfo : null;
  if (info === null) return "";
  const modules = [...(info.main === null ? [] : [info.main]), ...info.dependencies];
  const own = modules
    .filter((module) => `${info.path}/`.startsWith(`${module.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return own === undefined || !/^v\d/.test(own.version) ? "" : own.version;
}

/** The line that names a version, without the colours and the picture that some programs draw before it; empty: there is none. */
export function versionIn(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told colours by them.
  const lines = text.replaceAll(/\u001b\[[\d;]*m/g, "").split("\n");
  const line = lines.find((one) => VERSION.test(one)) ?? lines.find((one) => /\d/.test(one)) ?? "";
  return line.replace(/^[^A-Za-z\d]*(?:_[^A-Za-z\d]*)*/, "").trim();
}

const VERSION = /(?:^|[^\d.])v?\d+\.\d+/;
const ANSWER_MS = 10_000;
