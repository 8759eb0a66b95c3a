import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Program } from "./tools.js";

/** Where peers are kept between runs: nothing of them is a dependency of the project. */
export const CACHE = join(homedir(), ".cache", "hotpod", "bench");

export type Found =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly why: string };

/** Installs the program if it is not there yet. */
export function findProgram(program: Program): Found {
  mkdirSync(CACHE, { recursive: true });
  switch (program.kind) {
    case "own":
      return { kind: "found", path: process.execPath };
    case "go":
      return present(join(CACHE, program.file), () => buildGoTool(program));
    case "npm":
      return present(join(CACHE, "npm", "node_modules", ".bin", program.file), () =>
        attempt(CACHE, "npm", [
          ...["install", "--prefix", join(CACHE, "npm"), "--no-audit", "--no-fund"],
          program.package,
        ]),
      );
    case "system": {
      const path = spawnSync("sh", ["-c", `command -v ${program.file}`], { encoding: "utf8" });
      if (path.status === 0) return { kind: "found", path: path.stdout.trim() };
      return { kind: "missing", why: `install the package ${program.package}` };
    }
  }
}

function present(path: string, install: () => string | null): Found {
  if (existsSync(path)) return { kind: "found", path };
  console.log(`installing ${path}`);
  const why = install();
  return why === null ? { kind: "found", path } : { kind: "missing", why };
}

/** A module of its own pins the version, which `go install` of some of these modules cannot. */
function buildGoTool(tool: Extract<Program, { kind: "go" }>): string | null {
  const folder = join(CACHE, "modules", tool.file);
  mkdirSync(folder, { recursive: true });
  const require = `require ${tool.module} ${tool.version}`;
  writeFileSync(join(folder, "go.mod"), `module tools\n\ngo 1.24\n\n${require}\n`);
  return attempt(folder, "go", ["build", "-mod=mod", "-o", join(CACHE, tool.file), tool.module]);
}

/** null: it worked; else the end of what it said, without the addresses it asked. */
function attempt(cwd: string, program: string, args: readonly string[]): string | null {
  const options = { cwd, encoding: "utf8", timeout: 300_000 } as const;
  const { status, stderr, error } = spawnSync(program, args, options);
  if (status === 0) return null;
  const last = (stderr ?? "").trim().split("\n").at(-1) ?? "";
  return last.split(": ").at(-1) || (error?.message ?? "it failed");
}
