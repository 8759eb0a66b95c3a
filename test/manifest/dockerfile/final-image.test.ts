import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { finalImage } from "#manifest/dockerfile/final-image.js";
import { readDockerfile } from "#manifest/dockerfile/read-dockerfile.js";

function image(...lines: readonly string[]) {
  const made = finalImage(readDockerfile(`${lines.join("\n")}\n`, "Dockerfile"));
  assert.ok(made !== null);
  return made;
}

describe("ENV and ARG", () => {
  const env = (...lines: readonly string[]) => Object.fromEntries(image(...lines).env);

  test("a line sees what was set before it, not what it sets itself", () => {
    const lines = ["FROM a", "ENV abc=hello", "ENV abc=bye def=$abc", "ENV ghi=$abc"];
    assert.deepEqual(env(...lines), { abc: "bye", def: "hello", ghi: "bye" });
  });

  test("ARG gives values to its stage alone, and ENV wins over it", () => {
    assert.deepEqual(env("FROM a", "ARG V=1", "ENV X=$V"), { X: "1" });
    assert.deepEqual(env("FROM a", "ENV V=2", "ARG V=1", "ENV X=$V"), { V: "2", X: "2" });
    assert.equal(env("FROM a AS one", "ARG V=1", "FROM one", "ENV X=$V").X, "$V");
  });

  test("a global ARG is seen where a stage names it again", () => {
    assert.equal(env("ARG V=1", "FROM a", "ARG V", "ENV X=$V").X, "1");
    assert.equal(env("ARG V=1", "FROM a", "ARG V=2", "ENV X=$V").X, "2");
    assert.equal(env("ARG V=1", "FROM a", "ENV X=$V").X, "$V");
  });

  test("stages inherit the environment of what they are built on, and of nothing else", () => {
    const lines = ["FROM a AS one", "ENV A=1", "FROM b AS two", "ENV B=2", "FROM one", "ENV C=3"];
    assert.deepEqual(env(...lines), { A: "1", C: "3" });
  });
});

describe("WORKDIR", () => {
  test("goes on from the one before, with variables", () => {
    assert.equal(image("FROM a", "WORKDIR /a", "WORKDIR b", "WORKDIR c").workdir, "/a/b/c");
    assert.equal(image("FROM a", "ENV DIRPATH=/path", "WORKDIR $DIRPATH/x").workdir, "/path/x");
    assert.equal(image("FROM a").workdir, null);
  });
});

describe("ENTRYPOINT and CMD", () => {
  const start = (...lines: readonly string[]) => {
    const { entrypoint, cmd } = image(...lines);
    return [entrypoint?.argv ?? null, cmd?.argv ?? null];
  };

  test("the last of each counts", () => {
    assert.deepEqual(start("FROM a", 'CMD ["x"]', 'CMD ["y"]'), [null, ["y"]]);
  });

  test("a new ENTRYPOINT sets an inherited CMD aside, but not its own stage's", () => {
    assert.deepEqual(start("FROM a AS b", 'CMD ["x"]', "FROM b", 'ENTRYPOINT ["e"]'), [
      ["e"],
      null,
    ]);
    assert.deepEqual(start("FROM a", 'CMD ["x"]', 'ENTRYPOINT ["e"]'), [["e"], ["x"]]);
    const again = ["FROM a AS b", 'CMD ["x"]', "FROM b", 'CMD ["y"]', 'ENTRYPOINT ["e"]'];
    assert.deepEqual(start(...again), [["e"], ["y"]]);
  });

  test("the shell form runs in the shell, which SHELL sets", () => {
    assert.deepEqual(start("FROM a", "CMD ./app -x"), [null, ["/bin/sh", "-c", "./app -x"]]);
    const lines = ["FROM a", 'SHELL ["/bin/bash", "-c"]', "ENTRYPOINT ./app"];
    assert.deepEqual(start(...lines), [["/bin/bash", "-c", "./app"], null]);
  });
});

describe("STOPSIGNAL and the base", () => {
  test("come through the chain", () => {
    const made = image("FROM nginx:1.27 AS n", "STOPSIGNAL SIGQUIT", "FROM b AS other", "FROM n");
    assert.equal(made.base, "nginx:1.27");
    assert.equal(made.stopSignal?.value, "SIGQUIT");
    assert.equal(image("FROM a", "ARG S=INT", "STOPSIGNAL $S").stopSignal?.value, "INT");
  });

  test("a base with a variable that has no value is not known", () => {
    assert.equal(image(`FROM \${X} AS b`, "FROM b").base, null);
  });
});

for (const [name, text] of [
  ["a long name", `ENV ${"A".repeat(120_000)}`],
  ["many defaults", `ENV A=${"${A:-".repeat(24_000)}`],
  ["quotes", `ENV A=${'"'.repeat(120_000)}`],
  ["many lines of one another's values", `ENV A=xxxxxxxx\n${"ENV A=$A$A\n".repeat(11_000)}`],
  ["many entrypoints", "CMD a\nENTRYPOINT b\n".repeat(6_500)],
  ["many continued lines", `ENV A=b ${"\\\n A=b ".repeat(16_000)}`],
] as const) {
  test(`${name} take no longer than they should`, () => {
    const begun = performance.now();
    const reading = readDockerfile(`FROM a\n${text}\n`, "Dockerfile");
    finalImage(reading);
    assert.equal(reading.problem, null);
    // Some tens of milliseconds; what grows with the square of the length takes minutes.
    assert.ok(performance.now() - begun < 5_000);
  });
}
