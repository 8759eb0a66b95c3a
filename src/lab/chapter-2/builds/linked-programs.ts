import { PRINTS_LOADER, USES_C } from "#lab/programs/builds/cgo-programs.js";
import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";
import { builtModule } from "./build-module.js";

const PATIENCE_MS = 60_000;
/** As that of another image would be: it is nowhere here. */
const ELSEWHERE = "/lib/ld-of-another-image.so.1";

/** In a root of its own, with no other file in it. */
export async function startAlone(
  bench: LabBench,
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<RunEnd> {
  const root = `${bench.folder}/root`;
  bench.files.makeFolder(root);
  bench.files.copy(path, `${root}/main`);
  const argv = [bench.program("chroot"), root, "/main"];
  return await bench.processes.run(argv, { namespace: "mount", env: { LC_ALL: "C", ...env } });
}

/** Linked with C for the loader of another image. */
export async function foreignProgram(bench: LabBench): Promise<string> {
  const args = [`-ldflags=-I ${ELSEWHERE}`];
  const env = { CGO_ENABLED: "1" };
  return (await builtModule(bench, { name: "foreign", source: USES_C, env, args })).path;
}

/** Asks for a library that was there when it was linked, and is gone. */
export async function withoutLibrary(bench: LabBench): Promise<string> {
  const { files, folder, processes } = bench;
  files.write(`${folder}/gone.c`, "int gone(void) { return 0; }\n");
  const library = `${folder}/libgone.so`;
  const argv = [bench.program("cgo"), "-shared", "-fPIC", "-o", library, `${folder}/gone.c`];
  const made = await processes.run(argv, { timeoutMs: PATIENCE_MS });
  if (made.code !== 0) throw new Error(`the library does not build: ${made.stderr}`);
  const args = [`-ldflags=-linkmode=external -extldflags "-L${folder} -Wl,--no-as-needed -lgone"`];
  const env = { CGO_ENABLED: "1" };
  const { path } = await builtModule(bench, { name: "needs-library", source: USES_C, env, args });
  files.remove(library);
  return path;
}

/** The dynamic loader that the program asks for; `none` where there is none. */
export async function loaderOf(bench: LabBench, path: string): Promise<string> {
  const reader = await bench.goProgram("prints-loader", PRINTS_LOADER);
  return (await bench.processes.run([reader, path])).stdout.trim();
}

/** The last line of a traceback, the first two of anything else. */
export function firstWords({ stderr }: RunEnd): string {
  const lines = stderr.trim().split("\n");
  const [first = ""] = lines;
  return first.startsWith("Traceback") ? (lines.at(-1) ?? "") : lines.slice(0, 2).join(" ");
}
