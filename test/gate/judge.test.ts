import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fail } from "#base/result.js";
import type { GateFacts } from "#gate/facts.js";
import { judge } from "#gate/judge.js";
import { disagreeing } from "./disagreeing.js";
import {
  FACTS,
  goMod,
  goSum,
  HEAD,
  INFO,
  PROGRAM,
  SOURCE,
  withInfo,
  withSettings,
  withSource,
} from "./facts.js";

const [first, second] = INFO.dependencies;
assert.ok(first !== undefined && second !== undefined);

/** What does not agree, as `id grade` or `id open`, and its sentence. */
function disagreements(facts: GateFacts): { ids: string[]; message: string } {
  const answers = judge(facts);
  const found = answers.filter(({ remedy }) => remedy !== null);
  const ids = disagreeing(answers);
  assert.equal(found.length, ids.length);
  return { ids, message: found.map(({ message }) => message).join(" ") };
}

test("a program that is what it should be agrees in every question", () => {
  const answers = judge(FACTS);
  assert.deepEqual(
    answers.filter(({ outcome }) => outcome !== "same").map(({ id }) => id),
    ["loader"],
  );
  assert.equal(new Set(answers.map(({ id }) => id)).size, answers.length);
});

const built = (change: object): GateFacts => {
  assert.ok(FACTS.reference?.kind === "built");
  return { ...FACTS, reference: { ...FACTS.reference, sha256: "b".repeat(64), ...change } };
};

const WRONG: Readonly<Record<string, [GateFacts, string[], RegExp]>> = {
  "another commit": [
    withSettings({ "vcs.revision": "f".repeat(40) }),
    ["revision error"],
    /built from f+, and not from 0123/,
  ],
  "a tree with changes": [
    withSettings({ "vcs.modified": "true" }),
    ["modified error"],
    /no commit/,
  ],
  "a commit without its tree": [
    withSettings({ "vcs.modified": undefined }),
    ["modified open"],
    /does not say/,
  ],
  "no stamp": [withSettings({ "vcs.revision": undefined }), ["revision error"], /-buildvcs=false/],
  "no commit to compare with": [
    withSource({ repository: { kind: "refused", words: "dubious ownership" } }),
    ["revision open"],
    /dubious ownership/,
  ],
  "no git": [withSource({ repository: { kind: "no-git" } }), ["revision open"], /no program `git`/],
  "another module": [
    goMod((text) => text.replace("module example.com/api", "module example.com/web")),
    ["module error"],
    /these sources are example.com\/web/,
  ],
  "another version": [
    withInfo({ dependencies: [{ ...first, version: "v1.1.0" }, second] }),
    ["modules error", "modules error"],
    /holds example.com\/a v1.1.0, and go.mod requires v1.0.0/,
  ],
  "other bytes of a version": [
    withInfo({ dependencies: [{ ...first, sum: "h1:zzz=" }, second] }),
    ["modules error"],
    /other bytes than go.sum/,
  ],
  "a module that is not required": [
    goMod((text) => text.replace("\texample.com/a v1.0.0\n", "")),
    ["modules error"],
    /does not require it/,
  ],
  "no longer replaced": [
    goMod((text) => text.replace(/^replace.*$/m, "")),
    ["modules error"],
    /is replaced by example.com\/fork v2.0.0, and in go.mod it is not/,
  ],
  "no checksum in go.sum": [
    goSum((text) => text.replace(/^example.com\/fork v2.0.0 .*$/m, "")),
    ["modules error"],
    /no checksum of example.com\/fork v2.0.0/,
  ],
  "no checksum in the program": [
    withInfo({ dependencies: [{ ...first, sum: "" }, second] }),
    ["modules open"],
    /cannot be compared/,
  ],
  "no go.mod": [
    withSource({ goMod: null, verified: null }),
    ["modules open"],
    /no go.mod in \. or above/,
  ],
  "a changed cache": [
    withSource({ verified: { command: "go mod verify", succeeded: false, output: "modified" } }),
    ["verify error"],
    /not what was downloaded/,
  ],
  "no Go": [withSource({ verified: null, toolchain: null }), ["verify open"], /no `go`/],
  "an older Go": [withInfo({ goVersion: "go1.23.9" }), ["toolchain error"], /asks for 1.24/],
  "a pre-release": [withInfo({ goVersion: "go1.24rc2" }), ["toolchain error"], /go1.24rc2/],
  "an older toolchain": [withInfo({ goVersion: "go1.24.1" }), ["toolchain warning"], /go1.24.2/],
  "another architecture": [
    withInfo({}, { machine: "aarch64" }),
    ["target error"],
    /header says arm64, and its build information amd64/,
  ],
  "another platform": [
    { ...FACTS, platform: { os: "linux", architecture: "arm64", variant: null, from: "here" } },
    ["target error"],
    /linux\/amd64, and here says linux\/arm64/,
  ],
  "a level that is not there": [
    withSettings({ GOAMD64: "v3" }),
    ["target error"],
    /GOAMD64=v3, and --platform promises no more than v2/,
  ],
  "changed after the link": [
    built({}),
    ["rebuild error"],
    /build id of the reference, and other bytes/,
  ],
  "other flags of the linker": [
    built({ program: { ...PROGRAM, buildId: "other/main/code/other" } }),
    ["rebuild error"],
    /linked otherwise/,
  ],
  "other sources": [
    built({ program: { ...PROGRAM, buildId: "other/other/other/other" } }),
    ["rebuild error"],
    /other sources/,
  ],
  "other settings": [
    built({
      program: {
        ...{ ...PROGRAM, buildId: "o/o/o/o" },
        buildInfo: { ...INFO, settings: { ...INFO.settings, "-tags": "debug", CGO_ENABLED: "1" } },
      },
    }),
    ["rebuild error"],
    /First difference: CGO_ENABLED is 0 in this one, and 1 in the reference/,
  ],
  "a build that fails": [
    { ...FACTS, reference: { kind: "failed", command: "go build", output: "no" } },
    ["rebuild error"],
    /do not build/,
  ],
};

describe("every kind of wrong program is found, alone and with what to do", () => {
  for (const [name, [facts, ids, message]] of Object.entries(WRONG)) {
    test(name, () => {
      const found = disagreements(facts);
      assert.deepEqual(found.ids, ids);
      assert.match(found.message, message);
    });
  }
});

describe("a folder instead of a version", () => {
  const from = (path: string): GateFacts =>
    withInfo({
      dependencies: [
        first,
        { ...second, replacedBy: { path, version: "(devel)", sum: "", replacedBy: null } },
      ],
    });
  test("outside of the repository nothing says what was in it", () => {
    for (const path of ["../../b", "/other/b"]) {
      assert.deepEqual(disagreements(from(path)).ids, ["replace error"], path);
    }
  });
  test("inside the commit does", () => {
    assert.deepEqual(disagreements(from("../b")).ids, ["replace warning"]);
  });
});

describe("why a program has no stamp", () => {
  const bare = withSettings({ "vcs.revision": undefined, "vcs.modified": undefined });
  const cause = (facts: GateFacts): string => disagreements(facts).message;
  test("files instead of a package", () => {
    const { settings } = INFO;
    const stripped = Object.fromEntries(
      Object.entries(settings).filter(([name]) => !name.startsWith("vcs")),
    );
    const files = withInfo({ path: "command-line-arguments", main: null, settings: stripped });
    assert.match(cause(files), /go build main.go/);
  });
  test("no repository, or a flag", () => {
    assert.match(
      cause({ ...bare, source: { ...SOURCE, repository: { kind: "none" } } }),
      /no \.git in \. or above/,
    );
    const flags = { version: "go1.24.3", flags: "-mod=vendor -buildvcs=false" };
    assert.match(cause({ ...bare, source: { ...SOURCE, toolchain: flags } }), /GOFLAGS has/);
  });
  test("a reference build with the same bytes makes it a warning", () => {
    const facts = { ...bare, reference: FACTS.reference };
    assert.deepEqual(disagreements(facts).ids, ["revision warning"]);
  });
});

test("a short hash is enough, and seven characters are the least", () => {
  const named = (revision: string): GateFacts => ({ ...FACTS, source: null, revision });
  assert.deepEqual(disagreements(named(HEAD.slice(0, 7))).ids, []);
  assert.deepEqual(disagreements(named(HEAD.slice(0, 6))).ids, ["revision error"]);
});

test("without -trimpath another folder's build is open, and no proof of anything", () => {
  const { "-trimpath": _, ...settings } = INFO.settings;
  const program = { ...PROGRAM, buildInfo: { ...INFO, settings }, buildId: "a/b/c/d" };
  const facts = withInfo({ settings });
  const reference = built({ program }).reference;
  assert.deepEqual(disagreements({ ...facts, reference }).ids, ["rebuild open"]);
});

test("what is vendored has no checksum in the program, and the commit holds its bytes", () => {
  const facts = withInfo({ dependencies: [{ ...first, sum: "" }, second] });
  const source = { ...SOURCE, vendored: true, verified: null };
  assert.deepEqual(disagreements({ ...facts, source }).ids, []);
});

test("a module of a workspace is in the commit where its go.work is", () => {
  const facts = withInfo({ dependencies: [{ ...first, version: "(devel)", sum: "" }, second] });
  const of = (workspace: string) => disagreements({ ...facts, source: { ...SOURCE, workspace } });
  assert.deepEqual(of("/src/go.work").ids, ["replace warning"]);
  assert.deepEqual(of("/go.work").ids, ["replace error"]);
});

test("a workspace, and a go.mod from before 1.17, leave versions to go.sum", () => {
  const facts = withInfo({ dependencies: [{ ...first, version: "v1.1.0" }, second] });
  const older = goMod((text) => text.replace("go 1.24\n", "go 1.16\n"));
  for (const source of [{ ...SOURCE, workspace: "/src/go.work" }, older.source]) {
    const { ids, message } = disagreements({ ...facts, source });
    assert.deepEqual(ids, ["modules error"]);
    assert.match(message, /go.sum has no checksum of example.com\/a v1.1.0/);
  }
});

test("what is no Go program is named, and nothing else is asked of it", () => {
  const asked = (program: GateFacts["binary"]["program"]): string => {
    const facts = { ...FACTS, source: null, binary: { ...FACTS.binary, program } };
    const answers = judge(facts);
    assert.equal(answers.length, 1);
    assert.deepEqual([answers[0]?.id, answers[0]?.grade], ["program", "error"]);
    return answers[0]?.message ?? "";
  };
  assert.match(asked(fail({ kind: "not-elf", format: "a Windows program (PE)" })), /Windows/);
  assert.match(asked(fail({ kind: "incomplete", detail: "it ends at 3" })), /not whole/);
  const without = (origin: "upx" | "rust" | "unknown" | "go") =>
    asked({ ok: true, value: { ...PROGRAM, buildInfo: null, origin } });
  assert.match(without("upx"), /UPX/);
  assert.match(without("rust"), /Rust/);
  assert.match(without("unknown"), /no Go program/);
  assert.match(without("go"), /without its build information/);
});

test("Stale is told and never decides", () => {
  const packages = [
    { path: "example.com/api", isMain: true, stale: true, reason: "not installed but available" },
    { path: "example.com/api/lib", isMain: false, stale: false, reason: "" },
  ];
  const facts: GateFacts = { ...FACTS, stale: { kind: "listed", command: "go list", packages } };
  assert.deepEqual(disagreements(facts).ids, []);
  const answer = judge(facts).find(({ id }) => id === "stale");
  assert.equal(answer?.outcome, "told");
  assert.match(answer?.message ?? "", /1 of 2 packages stale/);
});
