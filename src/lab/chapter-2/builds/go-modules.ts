import { goModOf, MODULE_PROXY, PRINTS_TEXT } from "#lab/programs/builds/module-proxy.js";
import type { LabBench, LabFiles, RunEnd } from "#ports/lab/lab-bench.js";

/** Two proxies that disagree: A serves v1.0.0, B another v1.0.0 and v1.1.0. */
export type ProxyName = "A" | "B";

export interface GoModules {
  /** The module that is built. */
  readonly app: string;
  /** Where that cache keeps the extracted v1.0.0. */
  extracted(cache: string): string;
  /** What Go is started with. `flags`: further GOFLAGS. */
  environment(proxy: string, cache: string, flags?: string): Readonly<Record<string, string>>;
  /** A go command in the module's folder. A cache that is not there yet is a fresh one. */
  go(args: readonly string[], proxy: ProxyName, cache: string, flags?: string): Promise<RunEnd>;
  proxy(name: string): string;
}

/** Makes both proxies, and a module that requires example.com/dep v1.0.0 and has no go.sum yet. */
export async function goModules(bench: LabBench): Promise<GoModules> {
  const { files, folder, processes } = bench;
  const maker = await bench.goProgram("module-proxy", MODULE_PROXY);
  const proxy = (name: string): string => `${folder}/proxy-${name}`;
  for (const [name, version, text] of [
    ["A", "v1.0.0", "the code of A"],
    ["B", "v1.0.0", "the code of B"],
    ["B", "v1.1.0", "v1.1.0 of B"],
  ] as const) {
    const end = await processes.run([maker, proxy(name), version, text]);
    if (end.code !== 0) throw new Error(`the proxy ${name} could not be made: ${end.stderr}`);
  }
  const app = `${folder}/app`;
  files.makeFolder(app);
  files.write(`${app}/go.mod`, goModOf("v1.0.0"));
  files.write(`${app}/main.go`, PRINTS_TEXT);
  const environment: GoModules["environment"] = (from, cache, flags = "") => ({
    GOPROXY: `file://${encodeURI(from)}`,
    GOMODCACHE: cache,
    // What people have set for themselves (go env -w, a workspace, private modules) is not the subject.
    ...{ GOENV: "off", GOWORK: "off", GOTOOLCHAIN: "local", GOSUMDB: "off", GOPRIVATE: "" },
    ...{ GONOPROXY: "", GONOSUMDB: "", CGO_ENABLED: "0" },
    GOFLAGS: `-modcacherw -buildvcs=false ${flags}`.trim(),
  });
  return {
    app,
    proxy,
    environment,
    extracted: (cache) => `${folder}/cache-${cache}/example.com/dep@v1.0.0`,
    go: (args, from, cache, flags) =>
      processes.run(["go", ...args], {
        cwd: app,
        env: environment(proxy(from), `${folder}/cache-${cache}`, flags),
        timeoutMs: GO_MS,
      }),
  };
}

/** go.sum as that proxy's code makes it; the cache of that name is filled. */
export async function sumFrom({ go }: GoModules, name: ProxyName): Promise<void> {
  const end = await go(["mod", "tidy"], name, name);
  if (end.code !== 0) throw new Error(`go mod tidy failed: ${end.stderr}`);
}

/** Edits a file of a module cache as its owner can: Go makes the files read-only, so another one takes its place. */
export function editCached(files: LabFiles, file: string, text: string): void {
  files.remove(file);
  files.write(file, text);
}

/** What the program that was built prints; a failed build leaves none. */
export async function codeOf({ files, processes }: LabBench, { app }: GoModules): Promise<string> {
  if (files.facts(`${app}/main`) === null) return "nothing";
  return (await processes.run([`${app}/main`])).stdout.trim();
}

/** What the go command complained of, without its progress; empty: of nothing. */
export function complaintOf({ stderr }: RunEnd): string {
  return stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^go: (downloading|finding|added|upgraded|found) /.test(line))
    .join(" ");
}

const GO_MS = 120_000;
