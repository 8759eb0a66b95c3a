import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Where `test/judges/install.sh` puts the engines. */
export const BIN = process.env.JUDGES_BIN ?? join(homedir(), ".cache/hotpod/judges");

export type Engine = "opa" | "conftest" | "gator" | "kyverno" | "k8scel";

/** What an engine says on its standard output. Engines end with 1 when a policy denies; what they could not do they say on the other. */
export function ask(
  engine: Engine,
  args: readonly string[],
  options: {
    readonly folder?: string;
    readonly input?: string;
    readonly codes?: readonly number[];
  } = {},
): string {
  const path = join(BIN, engine);
  if (!existsSync(path)) throw new Error(`${engine} is not there: make judges builds it`);
  const { stdout, stderr, status, error } = spawnSync(path, args, {
    encoding: "utf8",
    cwd: options.folder ?? tmpdir(),
    input: options.input ?? "",
    maxBuffer: 1 << 28,
    timeout: 300_000,
    env: { PATH: process.env.PATH, HOME: homedir() },
  });
  if (error !== undefined) throw error;
  if (status === null || !(options.codes ?? [0]).includes(status)) {
    throw new Error(
      `${engine} ${args.join(" ")} ended with ${status}: ${(stderr + stdout).slice(0, 2000)}`,
    );
  }
  return stdout;
}

/** A folder for this process. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-judges-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  return folder;
}

export function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
