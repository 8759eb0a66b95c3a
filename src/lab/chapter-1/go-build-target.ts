import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";

/** A Go program that is built again and again over itself by `go build -o main`. */
export interface GoBuildTarget {
  readonly path: string;
  build(round: number): Promise<RunEnd>;
}

/** Content that makes the program large, so that copying it takes a moment. */
const EMBEDDED_BYTES = 32 * 1_024 * 1_024;

/** `workFolder`: GOTMPDIR, where the compiler links before it moves the program to its place. */
export async function goBuildTarget(bench: LabBench, workFolder: string): Promise<GoBuildTarget> {
  const { files, folder } = bench;
  const source = `${folder}/source`;
  files.makeFolder(source);
  files.makeFolder(`${folder}/app`);
  files.makeFolder(workFolder);
  files.write(`${source}/go.mod`, "module lab\n\ngo 1.24\n");
  files.write(`${source}/large.bin`, "x".repeat(EMBEDDED_BYTES));
  files.write(`${source}/main.go`, MAIN);
  const path = `${folder}/app/main`;
  const build = (round: number): Promise<RunEnd> =>
    bench.processes.run(["go", "build", "-ldflags", `-X main.version=v${round}`, "-o", path, "."], {
      cwd: source,
      env: { GOTMPDIR: workFolder, GOTOOLCHAIN: "local", GOFLAGS: "", CGO_ENABLED: "0" },
      timeoutMs: 120_000,
    });
  const first = await build(0);
  if (first.code !== 0) throw new Error(`go build: ${first.stderr}`);
  return { path, build: (round) => build(round + 1) };
}

const MAIN = `package main

import _ "embed"

//go:embed large.bin
var large []byte

var version = "v0"

func main() {
	if len(large) == 0 || version == "" {
		panic("not whole")
	}
}
`;
