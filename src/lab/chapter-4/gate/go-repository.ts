import { type GoModules, goModules, sumFrom } from "#lab/chapter-2/builds/go-modules.js";
import { OCI_LAYOUT } from "#lab/programs/gate/oci-layout.js";
import type { LabBench, RunEnd } from "#ports/lab/lab-bench.js";

const PATIENCE_MS = 180_000;
/** Of both commits. */
const COMMITTED = "2024-05-01T12:00:00Z";

/** A Go module of two packages in a repository with two commits, and one dependency from a proxy that is a folder. */
export interface GoRepository {
  readonly modules: GoModules;
  /** The checkout, at the second commit. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** GOARCH of this machine, and another one. */
  readonly architectures: { readonly own: string; readonly other: string };
  /** `go1.26.8` */
  readonly goVersion: string;
  go(args: readonly string[], where?: Where): Promise<RunEnd>;
  /** Rejects where git fails. */
  git(args: readonly string[], cwd?: string): Promise<string>;
  /** A clone of its own, at that commit. */
  clone(name: string, commit?: string): Promise<string>;
  /** Builds the main package; the path of the program. */
  build(name: string, args: readonly string[], where?: Where): Promise<string>;
  /** An image that holds that program as /app/api, as an OCI layout. */
  image(name: string, program: string, config?: ImageConfig): Promise<string>;
}

export interface Where {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ImageConfig {
  readonly architecture?: string;
  /** RFC 3339 */
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `text` makes what is built here differ from what any cache holds. */
const library = (text: string): string =>
  `package word\n\nfunc Of(text string) string { return text + ${JSON.stringify(text)} }\n`;

const MAIN = `package main

import (
	"os"

	"example.com/dep"
	"lab/word"
)

func main() { os.Stdout.WriteString(word.Of(dep.Text) + "\\n") }
`;

export async function goRepository(bench: LabBench): Promise<GoRepository> {
  const { files, folder, processes } = bench;
  const modules = await goModules(bench);
  const { app } = modules;
  const env = environmentOf(modules, folder);
  const run = async (argv: readonly string[], where: Where = {}): Promise<RunEnd> =>
    processes.run(argv, {
      cwd: where.cwd ?? app,
      env: { ...env, ...where.env },
      timeoutMs: PATIENCE_MS,
    });
  const git: GoRepository["git"] = async (args, cwd = app) =>
    whole(await run(["git", ...args], { cwd }), `git ${args[0]}`).trim();
  const go: GoRepository["go"] = (args, where) => run(["go", ...args], where);

  files.makeFolder(`${app}/word`);
  files.write(`${app}/main.go`, MAIN);
  files.write(`${app}/word/word.go`, library(folder));
  await sumFrom(modules, "A");
  await git(["init", "-q"]);
  await git(["add", "."]);
  await git(["commit", "-qm", "one"]);
  files.write(`${app}/word/word.go`, library(`${folder}, second`));
  await git(["commit", "-qam", "two"]);
  const [goVersion = "", own = ""] = whole(
    await go(["env", "GOVERSION", "GOARCH"]),
    "go env",
  ).split("\n");
  return {
    ...{ modules, folder: app, env, goVersion, go, git },
    architectures: { own, other: own === "arm64" ? "amd64" : "arm64" },
    async clone(name, commit = "HEAD") {
      const to = `${folder}/${name}`;
      await git(["clone", "-q", app, to]);
      const hash = await git(["rev-parse", commit]);
      await git(["checkout", "-q", hash], to);
      return to;
    },
    async build(name, args, where) {
      const program = `${folder}/${name}`;
      whole(await go(["build", ...args, "-o", program, "."], where), `go build of ${name}`);
      return program;
    },
    image: (name, program, config = {}) => imageOf(bench, own, { name, program, config }),
  };
}

/** What people have set for themselves (`go env -w`, a workspace, an identity of git) is not the subject. */
function environmentOf(modules: GoModules, folder: string): Readonly<Record<string, string>> {
  const who = { NAME: "lab", EMAIL: "lab@example.com" };
  return {
    ...modules.environment(modules.proxy("A"), `${folder}/cache-A`),
    ...{ GOFLAGS: "-modcacherw", GOBIN: `${folder}/bin` },
    ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    ...{ GIT_AUTHOR_NAME: who.NAME, GIT_AUTHOR_EMAIL: who.EMAIL },
    ...{ GIT_COMMITTER_NAME: who.NAME, GIT_COMMITTER_EMAIL: who.EMAIL },
    ...{ GIT_AUTHOR_DATE: COMMITTED, GIT_COMMITTER_DATE: COMMITTED },
  };
}

interface Wanted {
  readonly name: string;
  readonly program: string;
  readonly config: ImageConfig;
}

async function imageOf(
  bench: LabBench,
  own: string,
  { name, program, config: { architecture = own, created, labels } }: Wanted,
): Promise<string> {
  const { files, folder, processes } = bench;
  const maker = await bench.goProgram("oci-layout", OCI_LAYOUT);
  const layout = `${folder}/${name}`;
  const config = { Entrypoint: ["/app/api"], Labels: labels ?? {} };
  files.write(`${layout}.json`, JSON.stringify({ os: "linux", architecture, created, config }));
  const argv = [maker, layout, `${layout}.json`, "755", program, "app/api"];
  whole(await processes.run(argv, { timeoutMs: PATIENCE_MS }), `the image ${name}`);
  return layout;
}

function whole({ code, stdout, stderr }: RunEnd, what: string): string {
  if (code === 0) return stdout;
  throw new Error(`${what} failed: ${stderr}`);
}
