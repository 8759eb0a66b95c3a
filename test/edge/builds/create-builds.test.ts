import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";
import { failureOf, programOf, rig, script } from "./rig.js";

const build = {
  package: null,
  command: [] as string[],
  args: [],
  env: {},
  before: [] as string[][],
  timeoutMs: 60_000,
};

const sh = (text: string): string[] => ["/bin/sh", "-c", text, "sh", "{artifact}"];

/** Writes a script that prints `word` to the output path. */
const writes = (word: string): string =>
  `printf '#!/bin/sh\\necho ${word}\\n' > "$1" && chmod +x "$1"`;

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("recipe command", () => {
  test("runs the argv with the output path and keeps what it wrote", async (t) => {
    const command = sh(writes("built"));
    const made = rig(t, { build: { ...build, command } });
    const first = await made.build();
    assert.equal(execFileSync(programOf(made, first), { encoding: "utf8" }), "built\n");
    const second = await made.build();
    assert.equal(programOf(made, second), programOf(made, first), "equal bytes, equal artifact");
  });

  test("what was marked good is there after the end, the last one", async (t) => {
    const ids: string[] = [];
    const made = rig(t, { build: { ...build, command: sh("date +%N%s > $1; chmod +x $1") } });
    for (let count = 0; count < 2; count++) {
      const built = await made.build();
      if (built.kind === "build-succeeded") ids.push(built.artifact.id);
    }
    for (const id of ids) made.builds.markGood(id);
    await made.builds.close();
    assert.equal(readFileSync(join(made.store.dir, "good"), "utf8"), `${ids[1]}\n`);
  });

  test("answers with the content it was asked for, a turn later", async (t) => {
    const made = rig(t, { build: { ...build, command: sh(writes("x")) } });
    const end = made.next("build-succeeded");
    made.builds.start(900, "abc");
    assert.deepEqual(made.happenings, []);
    const { build: number, artifact } = await end;
    assert.deepEqual([number, artifact.content], [900, "abc"]);
  });

  test("runs generators before, in order; one that fails ends it", async (t) => {
    const cwd = temporaryFolder(t);
    const note = (text: string): string[] => ["/bin/sh", "-c", `echo ${text} >> order`];
    const command = sh(`echo build >> order; ${writes("x")}`);
    const before = [note("one"), note("two")];
    const made = rig(t, { build: { ...build, command, before } }, { cwd });
    programOf(made, await made.build());
    assert.equal(readFileSync(join(cwd, "order"), "utf8"), "one\ntwo\nbuild\n");

    const failing = [["/bin/sh", "-c", "echo broken >&2; exit 3"], ...before];
    const other = rig(t, { build: { ...build, command, before: failing } });
    const failure = failureOf(await other.build());
    assert.deepEqual(failure, {
      kind: "command",
      exit: { kind: "code", code: 3 },
      output: "broken\n",
    });
    assert.equal(existsSync(join(other.cwd, "order")), false);
  });

  test("a bad end brings the last of its output", async (t) => {
    const command = sh("seq 1 200000; echo wrong >&2; exit 2");
    const failure = failureOf(await rig(t, { build: { ...build, command } }).build());
    assert.ok(failure.kind === "command");
    assert.ok(failure.output.length <= 65_540, `${failure.output.length}`);
    assert.match(failure.output, /^…\n\d+\n[\s\S]*\nwrong\n$/);
  });

  test("no output, or one that cannot be run, is said", async (t) => {
    for (const [text, detail] of [
      [":", /wrote no program to \{artifact\}/],
      ['echo x > "$1"', /not executable/],
      ['mkdir "$1"', /no file/],
    ] as const) {
      const failure = failureOf(await rig(t, { build: { ...build, command: sh(text) } }).build());
      assert.ok(failure.kind === "unusable");
      assert.match(failure.detail, detail);
    }
  });

  test("a program that does not exist", async (t) => {
    const command = ["/nowhere/make", "{artifact}"];
    const failure = failureOf(await rig(t, { build: { ...build, command } }).build());
    assert.ok(failure.kind === "command");
    assert.match(failure.output, /^\/nowhere\/make could not be started: .*ENOENT/);
  });

  test("a build steps behind the service", async (t) => {
    const ask = "nice; cat /proc/self/oom_score_adj; echo $GOTOOLCHAIN $GOMAXPROCS; exit 1";
    const env = { GOMAXPROCS: "7" };
    const failure = failureOf(
      await rig(t, { build: { ...build, env, command: sh(`sleep 0.1; ${ask}`) } }).build(),
    );
    assert.ok(failure.kind === "command");
    assert.equal(failure.output, "10\n800\nlocal 7\n");
  });
});

describe("cancelling", () => {
  test("ends the whole process group, also one that does not listen", async (t) => {
    const cwd = temporaryFolder(t);
    const text = `trap "" TERM; sleep 60 & echo $! > child; echo $$ > pids; wait; wait; sleep 60`;
    const made = rig(t, { build: { ...build, command: sh(text) } }, { cwd });
    await made.watching.read();
    const cancelled = made.next("build-cancelled");
    const noticed = made.next("change-noticed");
    made.builds.start(901, "abc");
    await noticed;
    while (!existsSync(join(cwd, "pids"))) await new Promise(setImmediate);
    const began = performance.now();
    made.builds.cancel(901);
    assert.equal((await cancelled).build, 901);
    assert.ok(performance.now() - began < 2_000, "bounded");
    for (const name of ["pids", "child"]) {
      const pid = Number(readFileSync(join(cwd, name), "utf8"));
      assert.equal(isAlive(pid), false, name);
    }
  });

  test("what is not under way is not cancelled", async (t) => {
    const made = rig(t, { build: { ...build, command: sh(writes("x")) } });
    made.builds.cancel(1);
    programOf(made, await made.build());
  });
});

describe("recipe none", () => {
  test("is instant, and its artifact is its content", async (t) => {
    const made = rig(t, { recipe: "none", args: ["node", "server.js"] });
    const end = made.next("build-succeeded");
    made.builds.start(902, "abc");
    assert.deepEqual((await end).artifact, { id: "abc", content: "abc" });
    made.builds.keep(["abc"]);
    made.builds.markGood("abc");
  });
});

describe("readInputs", () => {
  test("answers with the ticket, the content and the changed files", async (t) => {
    const made = rig(t, { recipe: "none", args: ["sh"] });
    write(made.cwd, { "a.js": "1" });
    const first = made.next("inputs-read");
    made.builds.readInputs(1);
    const { content } = await first;
    const noticed = made.next("change-noticed");
    write(made.cwd, { "a.js": "2" });
    await noticed;
    const second = made.next("inputs-read");
    made.builds.readInputs(2);
    const { ticket, content: changedContent, changed } = await second;
    assert.equal(ticket, 2);
    assert.notEqual(changedContent, content);
    assert.deepEqual(changed, ["a.js"]);
  });
});

describe("recipe artifact", () => {
  test("takes a script as it is, by a copy", async (t) => {
    const cwd = temporaryFolder(t);
    const artifact = script(cwd, "app", "echo one");
    const made = rig(t, { recipe: "artifact", artifact }, { cwd });
    const program = programOf(made, await made.build());
    script(cwd, "app", "echo two");
    assert.equal(execFileSync(program, { encoding: "utf8" }), "one\n");
  });

  test("a script for an interpreter that is not here, text, and a folder cannot be run", async (t) => {
    const cwd = temporaryFolder(t);
    for (const [text, detail] of [
      ["#!/usr/bin/nosuch -x\n", /a script for \/usr\/bin\/nosuch, which is not here/],
      ["hello\n", /neither as ELF nor with #!/],
    ] as const) {
      const artifact = script(cwd, "app", "");
      write(cwd, { app: text });
      const failure = failureOf(await rig(t, { recipe: "artifact", artifact }, { cwd }).build());
      assert.ok(failure.kind === "unusable");
      assert.match(failure.detail, detail);
    }
    const failure = failureOf(await rig(t, { recipe: "artifact", artifact: cwd }, { cwd }).build());
    assert.equal(failure.kind, "unusable");
  });
});
