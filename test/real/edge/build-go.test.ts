import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { checkRecipe } from "#edge/builds/check-recipe.js";
import { failureOf, programOf, rig, script } from "#test/edge/builds/rig.js";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";
import { needsTool } from "./needs-tool.js";

const main = (word: string): string =>
  `package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("${word}") }\n`;

const build = (more: { package?: string; args?: string[] } = {}) => ({
  package: null,
  command: [],
  args: [],
  env: {},
  before: [],
  timeoutMs: 60_000,
  ...more,
});

function goModule(t: TestContext, files: Record<string, string>): string {
  const cwd = temporaryFolder(t);
  write(cwd, { "go.mod": "module example.com/app\n\ngo 1.21\n", ...files });
  return cwd;
}

const print = (program: string): string => execFileSync(program, { encoding: "utf8" }).trim();

describe("recipe go", () => {
  test("builds the only main package; the same sources give the same artifact", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const files = { "cmd/app/main.go": main("one"), "lib/lib.go": "package lib\n" };
    const cwd = goModule(t, files);
    const made = rig(t, { recipe: "go", build: build() }, { cwd });
    const first = programOf(made, await made.build());
    assert.equal(print(first), "one");
    write(cwd, { "cmd/app/main.go": main("two") });
    const second = programOf(made, await made.build());
    assert.notEqual(second, first);
    assert.equal(print(second), "two");
    write(cwd, files);
    assert.equal(programOf(made, await made.build()), first);
  });

  test("what is no input of the program links nothing, and is the same artifact", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const cwd = goModule(t, { "main.go": main("one"), "README.md": "1" });
    const log = join(temporaryFolder(t), "tools");
    const toolexec = script(
      temporaryFolder(t),
      "tool",
      `[ "$2" = -V=full ] || echo "\${1##*/}" >> ${log}\nexec "$@"`,
    );
    const env = { GOFLAGS: `-toolexec=${toolexec}` };
    const made = rig(t, { recipe: "go", build: { ...build(), env } }, { cwd });
    const links = (): number =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((tool) => tool === "link").length;
    const first = programOf(made, await made.build());
    const once = links();
    assert.ok(once > 0);
    write(cwd, { "README.md": "2" });
    assert.equal(programOf(made, await made.build()), first);
    assert.equal(links(), once);
    write(cwd, { "main.go": main("two") });
    const second = programOf(made, await made.build());
    assert.deepEqual([print(first), print(second)], ["one", "two"]);
    assert.ok(links() > once);
    // Whoever cleans the store up costs a link, nothing else.
    const before = links();
    rmSync(second);
    assert.equal(print(programOf(made, await made.build())), "two");
    assert.ok(links() > before);
  });

  test("what other flags made is not taken for what these make", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const cwd = goModule(t, { "main.go": main("one") });
    const made = rig(t, { recipe: "go", build: build() }, { cwd });
    programOf(made, await made.build());
    Object.assign(made.settings, { build: build({ args: ["-n"] }) });
    const failure = failureOf(await made.build());
    assert.ok(failure.kind === "unusable");
    assert.match(failure.detail, /wrote no program/);
  });

  test("a mistake brings the compiler's words, and the next build heals", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const cwd = goModule(t, { "main.go": "package main\n\nfunc main() { nowhere() }\n" });
    const made = rig(t, { recipe: "go", build: build() }, { cwd });
    const failure = failureOf(await made.build());
    assert.ok(failure.kind === "command");
    assert.match(failure.output, /\.\/main\.go:3:15: undefined: nowhere/);
    write(cwd, { "main.go": main("healed") });
    assert.equal(print(programOf(made, await made.build())), "healed");
  });

  test("a missing dependency is said, not fetched", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const source = 'package main\n\nimport _ "example.com/missing"\n\nfunc main() {}\n';
    const cwd = goModule(t, { "main.go": source });
    const made = rig(t, { recipe: "go", build: build() }, { cwd });
    const failure = failureOf(await made.build());
    assert.ok(failure.kind === "command");
    assert.match(failure.output, /no required module provides package example\.com\/missing/);
  });

  test("cancelled in the middle, it ends soon and leaves nothing", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const cwd = goModule(t, { "main.go": main("x") });
    const argv = [["/bin/sh", "-c", "echo > started; sleep 60"]];
    const made = rig(t, { recipe: "go", build: { ...build(), before: argv } }, { cwd });
    await made.watching.read();
    const cancelled = made.next("build-cancelled");
    const noticed = made.next("change-noticed");
    made.builds.start(1_000, "abc");
    await noticed;
    const began = performance.now();
    made.builds.cancel(1_000);
    await cancelled;
    assert.ok(performance.now() - began < 1_000);
    rmSync(join(cwd, "started"));
  });
});

describe("checkRecipe", () => {
  const settings = (cwd: string, one?: string) => ({
    cwd,
    recipe: "go" as const,
    args: [],
    artifact: null,
    build: build(one === undefined ? {} : { package: one }),
  });
  const code = async (cwd: string, one?: string): Promise<string> => {
    const checked = await checkRecipe(settings(cwd, one));
    return checked.ok ? `builds ${checked.value.mainPackage}` : checked.error.code;
  };

  test("finds the main package, or says why it cannot", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const two = goModule(t, { "cmd/a/main.go": main("a"), "cmd/b/main.go": main("b") });
    assert.equal(await code(goModule(t, { "main.go": main("x") })), "builds example.com/app");
    assert.equal(await code(two), "several-main-packages");
    assert.equal(await code(two, "./cmd/b"), "builds example.com/app/cmd/b");
    assert.equal(await code(two, "./cmd/c"), "go-list-failed");
    assert.equal(await code(goModule(t, { "lib.go": "package lib\n" })), "no-main-package");
    assert.equal(await code(temporaryFolder(t)), "no-go-mod");
    const checked = await checkRecipe(settings(two));
    assert.deepEqual(!checked.ok && checked.error.packages, [
      "example.com/app/cmd/a",
      "example.com/app/cmd/b",
    ]);
  });

  test("no Go toolchain", async (t) => {
    const cwd = goModule(t, { "main.go": main("x") });
    const checked = await checkRecipe({
      ...settings(cwd),
      build: { ...build(), env: { PATH: "/nowhere" } },
    });
    assert.equal(!checked.ok && checked.error.code, "no-go");
  });
});
