import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type DockerInstruction, readDockerfile } from "#manifest/dockerfile/read-dockerfile.js";

const read = (...lines: readonly string[]) => readDockerfile(`${lines.join("\n")}\n`, "Dockerfile");

/** Of the last stage. */
function instructions(...lines: readonly string[]): readonly DockerInstruction[] {
  const { stages, problem } = read("FROM scratch", ...lines);
  assert.equal(problem, null);
  return stages.at(-1)?.instructions ?? [];
}

const only = (...lines: readonly string[]): DockerInstruction => {
  const [one, ...others] = instructions(...lines);
  assert.ok(one !== undefined && others.length === 0, `${others.length + 1} instructions`);
  return one;
};

describe("stages", () => {
  test("have names, which later ones are built on in any case of letters", () => {
    const { stages } = read("FROM golang:1.22 AS Build", "from build as test", "FROM alpine");
    assert.deepEqual(
      stages.map(({ name, base, parent }) => [name, base, parent]),
      [
        ["Build", "golang:1.22", null],
        ["test", "build", 0],
        [null, "alpine", null],
      ],
    );
  });

  test("a name means the last stage of it so far, and never the stage itself", () => {
    const { stages } = read("FROM a AS a", "FROM a AS a", "FROM a", "FROM late", "FROM x AS late");
    assert.deepEqual(
      stages.map(({ parent }) => parent),
      [null, 0, 1, null, null],
    );
  });

  test("platforms that are said plainly are kept", () => {
    const platforms = read("FROM --platform=linux/arm64 a", "FROM --platform=$BUILDPLATFORM b");
    assert.deepEqual(
      platforms.stages.map(({ platform, base }) => [platform, base]),
      [
        ["linux/arm64", "a"],
        [null, "b"],
      ],
    );
  });

  test("without a FROM, and too large, it is refused with the line", () => {
    assert.deepEqual(read("# nothing", "RUN x").problem, { line: 2, what: "there is no FROM" });
    assert.match(read(`FROM a\nRUN ${"x".repeat(200_000)}`).problem?.what ?? "", /larger than/);
    assert.match(read("FROM a\n".repeat(500)).problem?.what ?? "", /more than \d+ stages/);
  });
});

describe("ARG before the first FROM", () => {
  const base = (...lines: readonly string[]) => read(...lines).stages.at(-1)?.base;

  test("is put into FROM", () => {
    assert.equal(base("ARG CODE_VERSION=latest", `FROM base:\${CODE_VERSION}`), "base:latest");
    assert.equal(base("ARG A=1 B=2", "FROM base:$A.$B"), "base:1.2");
    assert.equal(base("ARG A=1", `ARG B=\${A}.4`, "FROM base:$B"), "base:1.4");
    assert.equal(base('ARG A="1"', "FROM base:$A"), "base:1");
  });

  test("without a value leaves the base unknown, and a default helps", () => {
    assert.equal(base("ARG X", `FROM \${X}`), null);
    assert.equal(base(`FROM \${X}`), null);
    assert.equal(base(`FROM base:\${X:-3}`), "base:3");
  });

  test("of a stage does not reach a later FROM", () => {
    assert.equal(base("FROM a", "ARG X=1", `FROM b:\${X}`), null);
  });
});

describe("lines", () => {
  test("are continued, and comments between them are left out", () => {
    const { text } = only("RUN echo hello \\", "# comment", "  world");
    assert.equal(text.replace(/\s+/g, " "), "echo hello world");
    assert.equal(only("RUN app\\", "le").text, "apple");
    assert.equal(only("RUN a \\", "   # comment", "b").text, "a b");
    assert.deepEqual(only('CMD ["a", \\', "  # comment", '"b"]').argv, ["a", "b"]);
    assert.equal(only("RUN a \\  ", "", " b").text.replace(/\s+/g, " "), "a b");
  });

  test("a # inside an argument is no comment", () => {
    assert.equal(only("RUN echo # not a comment").text, "echo # not a comment");
    assert.equal(instructions("  # a comment", "RUN x").length, 1);
  });

  test("end as Windows has it", () => {
    const { stages } = readDockerfile("FROM a\r\nRUN b \\\r\n c\r\nENV A=1\r\n", "Dockerfile");
    const [run, env] = stages[0]?.instructions ?? [];
    assert.equal(run?.text.replace(/\s+/g, " "), "b c");
    assert.deepEqual(
      env?.variables.map(({ name, value }) => [name, value]),
      [["A", "1"]],
    );
    assert.equal(env?.region.line, 4);
  });

  test("instructions know their place", () => {
    const text = "FROM a\nENV A=1 \\\n  B=2\nCMD x\n";
    const { stages } = readDockerfile(text, "Dockerfile");
    const [env, cmd] = stages[0]?.instructions ?? [];
    assert.deepEqual([env?.region.line, env?.region.endLine, cmd?.region.line], [2, 3, 4]);
    assert.equal(text.slice(env?.start, env?.end), "ENV A=1 \\\n  B=2");
    assert.deepEqual(
      env?.variables.map(({ start, end }) => text.slice(start, end)),
      ["A=1", "B=2"],
    );
  });
});

describe("# escape=", () => {
  test("makes a backslash a character like others, and continues lines", () => {
    const { stages, escapeSign } = read(
      "# escape=`",
      "FROM a",
      "COPY file.txt c:\\",
      "RUN dir `",
      " c:\\",
    );
    const [copy, run] = stages[0]?.instructions ?? [];
    assert.equal(escapeSign, "`");
    assert.equal(copy?.text, "file.txt c:\\");
    assert.equal(run?.text.replace(/\s+/g, " "), "dir c:\\");
  });

  test("counts only before anything else", () => {
    assert.equal(read("# a comment", "# escape=`", "FROM a").escapeSign, "\\");
    assert.equal(read("# syntax=docker/dockerfile:1", "# escape=`", "FROM a").escapeSign, "`");
  });
});

describe("forms", () => {
  test("a JSON list is the exec form, also over several lines", () => {
    assert.deepEqual(only('CMD ["a", "b c"]').argv, ["a", "b c"]);
    assert.deepEqual(only('CMD [ "a", \\', '"b" ]').argv, ["a", "b"]);
  });

  test("everything else is the shell's: single quotes, numbers, a list that goes on", () => {
    for (const text of ["CMD ['a', 'b']", 'CMD ["a", 1]', 'CMD ["a"] b', "CMD [a", "CMD a b"]) {
      assert.equal(only(text).argv, null, text);
    }
  });

  test("flags stand before it", () => {
    const copy = only("COPY --from=build --chmod=755 /app /app");
    assert.deepEqual([copy.flags, copy.text], [["--from=build", "--chmod=755"], "/app /app"]);
    const run = only("RUN --mount=type=cache,target=/go \\", " --network=none \\", " go build --x");
    assert.deepEqual(run.flags, ["--mount=type=cache,target=/go", "--network=none"]);
    assert.match(run.text, /go build --x$/);
  });
});

describe("here-documents", () => {
  test("belong to their instruction, whatever stands in them", () => {
    const all = instructions("RUN <<EOF", "FROM nothing", "go build .", "EOF", "CMD x");
    assert.deepEqual(
      all.map(({ keyword }) => keyword),
      ["RUN", "CMD"],
    );
    assert.match(all[0]?.text ?? "", /go build \./);
  });

  test("several of one instruction, in quotes, and with tabs before their end", () => {
    assert.equal(instructions("COPY <<A <<B /x/", "1", "A", "2", "B", "CMD x").length, 2);
    assert.equal(instructions('RUN <<-"END"', "\tgo build", "\tEND", "CMD x").length, 2);
  });
});

describe("ENV, ARG and LABEL", () => {
  const variables = (...lines: readonly string[]) =>
    only(...lines).variables.map(({ name, value }) => [name, value]);

  test("set several values, in quotes or with escapes", () => {
    const line = 'ENV MY_NAME="John Doe" MY_DOG=Rex\\ The\\ Dog MY_CAT=fluffy';
    assert.deepEqual(variables(line), [
      ["MY_NAME", '"John Doe"'],
      ["MY_DOG", "Rex\\ The\\ Dog"],
      ["MY_CAT", "fluffy"],
    ]);
  });

  test("the old form takes the whole line, signs and all", () => {
    assert.deepEqual(variables("ENV ONE TWO= THREE=world"), [["ONE", "TWO= THREE=world"]]);
    assert.deepEqual(variables("ENV GOSUMDB off"), [["GOSUMDB", "off"]]);
  });

  test("ARG may have no value, and LABEL quotes around its name", () => {
    assert.deepEqual(variables("ARG A"), [["A", null]]);
    assert.deepEqual(variables("ARG A B=1"), [
      ["A", null],
      ["B", "1"],
    ]);
    assert.deepEqual(variables('LABEL "com.example.vendor"="ACME"'), [
      ["com.example.vendor", '"ACME"'],
    ]);
  });

  test("over several lines, with comments", () => {
    assert.deepEqual(variables("ENV A=1 \\", "# B=2", "  C=3"), [
      ["A", "1"],
      ["C", "3"],
    ]);
    assert.deepEqual(variables("ENV A=1\\", "2"), [["A", "12"]]);
  });
});
