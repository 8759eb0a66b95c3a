import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";

export interface ModuleBuild {
  /** Of the program, and of the folder it is built in. */
  readonly name: string;
  readonly source: string;
  /** Beside what is the same for all: no `go env -w`, no workspace, no commit in the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Further arguments of `go build`. */
  readonly args?: readonly string[];
  /** The go command; the one of the PATH unless given. */
  readonly go?: string;
}

/** Builds a module of one file, as it is built by hand; the program's path, and how the build ended. */
export async function buildModule(
  { files, folder, processes }: LabBench,
  { name, source, env, args = [], go = "go" }: ModuleBuild,
): Promise<RunEnd & { readonly path: string }> {
  // One folder for all that are compared: the path of the sources is part of a program.
  const cwd = `${folder}/module`;
  files.makeFolder(cwd);
  files.write(`${cwd}/go.mod`, "module lab\n\ngo 1.24\n");
  files.write(`${cwd}/main.go`, source);
  const path = `${folder}/${name}`;
  const end = await processes.run([go, "build", "-o", path, ...args, "."], {
    cwd,
    env: { GOENV: "off", GOWORK: "off", GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false", ...env },
    timeoutMs: BUILD_MS,
  });
  return { ...end, path };
}

/** The same, of a build that has to succeed. */
export async function builtModule(
  bench: LabBench,
  build: ModuleBuild,
): ReturnType<typeof buildModule> {
  const end = await buildModule(bench, build);
  if (end.code !== 0) throw new Error(`the program ${build.name} does not build:\n${end.stderr}`);
  return end;
}

/** The standard library may have to be compiled for it. */
const BUILD_MS = 180_000;
