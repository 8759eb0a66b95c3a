import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Builds a program of one file; answers its path. */
export function buildGo(folder: string, name: string, source: string): string {
  const sources = join(folder, `${name}-source`);
  mkdirSync(sources);
  writeFileSync(join(sources, "main.go"), source);
  const program = join(folder, name);
  const build = ["build", "-o", program, "main.go"];
  const built = spawnSync("go", build, { cwd: sources, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  return program;
}
