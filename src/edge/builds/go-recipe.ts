import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import type { Settings } from "#config/settings.js";
import { buildEnvironment } from "./build-environment.js";
import type { RecipeProblem } from "./recipe-problem.js";
import { runCommand } from "./run-command.js";

export type GoSettings = Pick<Settings, "cwd" | "build">;

const LIST = '{{if eq .Name "main"}}{{.ImportPath}}{{end}}';

/** The one main package to build. Runs `go list`, which knows build tags and nested modules. */
export async function findMainPackage(
  { cwd, build }: GoSettings,
  signal: AbortSignal,
): Promise<Result<string, RecipeProblem>> {
  const env = buildEnvironment(build.env);
  if (findProgram("go", env.PATH ?? "") === null) {
    return fail({ code: "no-go", detail: "there is no `go` in PATH", packages: [] });
  }
  if (!insideModule(cwd)) {
    return fail({ code: "no-go-mod", detail: `no go.mod in ${cwd} or above`, packages: [] });
  }
  const pattern = build.package ?? "./...";
  const argv = ["go", "list", "-find", "-f", LIST, pattern];
  const end = await runCommand({ argv, cwd, env, signal });
  if (end.kind === "not-started") {
    return fail({ code: "no-go", detail: end.reason, packages: [] });
  }
  if (end.exit.kind !== "code" || end.exit.code !== 0) {
    return fail({ code: "go-list-failed", detail: end.output.trim(), packages: [] });
  }
  const packages = end.output.split("\n").filter((line) => /^\S+$/.test(line));
  const [only] = packages;
  if (only === undefined) {
    const detail = `${build.package ?? cwd} holds no main package`;
    return fail({ code: "no-main-package", detail, packages });
  }
  if (packages.length === 1) return ok(only);
  return fail({
    code: "several-main-packages",
    detail: `${packages.length} main packages: ${packages.join(", ")}`,
    packages,
  });
}

/**
 * Not stamped with the commit, so that equal sources give equal programs and a foreign owner of `.git` breaks
 * nothing; without DWARF, which a third of the linking time goes into. Both can be had by `build.args`.
 */
export function goBuildCommand(
  { build }: GoSettings,
  mainPackage: string,
  output: string,
  goFlags: string,
): string[] {
  const given = [...build.args, ...goFlags.split(/\s+/)];
  const has = (name: string): boolean =>
    given.some(
      (flag) => flag === name || flag.startsWith(`${name}=`) || flag.startsWith(`-${name}`),
    );
  const defaults = [
    ...(has("-buildvcs") ? [] : ["-buildvcs=false"]),
    ...(has("-ldflags") ? [] : ["-ldflags=-w"]),
  ];
  return ["go", "build", "-o", output, ...defaults, ...build.args, mainPackage];
}

function insideModule(cwd: string): boolean {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, "go.mod")) || existsSync(join(at, "go.work"))) return true;
    if (at === dirname(at)) return false;
  }
}

/** Where the shell would find a program; null: nowhere. */
export function findProgram(name: string, path: string, cwd = "/"): string | null {
  const places = name.includes("/") ? [join(name.startsWith("/") ? "/" : cwd, name)] : [];
  for (const folder of name.includes("/") ? [] : path.split(":")) places.push(join(folder, name));
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
