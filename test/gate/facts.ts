import { ok } from "#base/result.js";
import type { GateFacts } from "#gate/facts.js";
import type { BuildInfo } from "#gobinary/read-build-info.js";
import type { Program } from "#gobinary/read-program.js";
import type { GoSource } from "#ports/release.js";

export const HEAD = "0123456789abcdef0123456789abcdef01234567";

export const INFO: BuildInfo = {
  goVersion: "go1.24.3",
  path: "example.com/api/cmd/api",
  main: { path: "example.com/api", version: "v1.2.3", sum: "", replacedBy: null },
  dependencies: [
    { path: "example.com/a", version: "v1.0.0", sum: "h1:aaa=", replacedBy: null },
    {
      path: "example.com/b",
      version: "v1.0.0",
      sum: "",
      replacedBy: { path: "example.com/fork", version: "v2.0.0", sum: "h1:fff=", replacedBy: null },
    },
  ],
  settings: {
    "-buildmode": "exe",
    "-trimpath": "true",
    CGO_ENABLED: "0",
    GOOS: "linux",
    GOARCH: "amd64",
    GOAMD64: "v2",
    "vcs.revision": HEAD,
    "vcs.modified": "false",
  },
};

export const PROGRAM: Program = {
  ...{ machine: "x86-64", bits: 64, littleEndian: true, type: "executable" },
  ...{ interpreter: null, needed: [], buildInfo: INFO, buildId: "link/main/code/file" },
  origin: "go",
};

const GO_MOD = `module example.com/api

go 1.24

toolchain go1.24.2

require (
	example.com/a v1.0.0
	example.com/b v1.0.0 // indirect
	example.com/unused v1.0.0
)

replace example.com/b => example.com/fork v2.0.0
`;

const GO_SUM = `example.com/a v1.0.0 h1:aaa=
example.com/a v1.0.0/go.mod h1:amod=
example.com/fork v2.0.0 h1:fff=
example.com/fork v2.0.0/go.mod h1:fmod=
`;

export const SOURCE: GoSource = {
  folder: ".",
  repository: { kind: "found", root: "/src", head: HEAD },
  moduleFolder: "/src/api",
  goMod: { file: "go.mod", text: GO_MOD },
  goSum: { file: "go.sum", text: GO_SUM },
  ...{
    workspace: null,
    workSum: null,
    vendored: false,
    toolchain: { version: "go1.24.3", flags: "" },
  },
  verified: { command: "go mod verify", succeeded: true, output: "all modules verified" },
};

export const FACTS: GateFacts = {
  binary: { file: "bin/api", sha256: "a".repeat(64), bytes: 100, program: ok(PROGRAM) },
  ...{ source: SOURCE, revision: null, stale: null, image: null },
  platform: { os: "linux", architecture: "amd64", variant: "v2", from: "--platform" },
  reference: {
    ...{ kind: "built", command: "go build", sha256: "a".repeat(64), program: PROGRAM },
    difference: null,
  },
};

/** The same facts about a program that says something else. */
export function withInfo(change: Partial<BuildInfo>, program: Partial<Program> = {}): GateFacts {
  const buildInfo = { ...INFO, ...change };
  const changed = ok({ ...PROGRAM, buildInfo, ...program });
  return { ...FACTS, reference: null, binary: { ...FACTS.binary, program: changed } };
}

export function withSettings(change: Readonly<Record<string, string | undefined>>): GateFacts {
  const entries = Object.entries({ ...INFO.settings, ...change });
  const kept = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return withInfo({ settings: Object.fromEntries(kept) });
}

export const withSource = (change: Partial<GoSource>): GateFacts => ({
  ...FACTS,
  source: { ...SOURCE, ...change },
});

export const goMod = (text: (before: string) => string): GateFacts =>
  withSource({ goMod: { file: "go.mod", text: text(GO_MOD) } });

export const goSum = (text: (before: string) => string): GateFacts =>
  withSource({ goSum: { file: "go.sum", text: text(GO_SUM) } });
