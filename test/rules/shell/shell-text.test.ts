import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { commandsOf, commandsOfArgv, loopsOf, waitLoopsOf } from "#rules/shell/shell-text.js";

const words = (script: string): string[] =>
  commandsOf(script).map((command) => command.words.join(" "));

describe("commands of a script", () => {
  const rows: readonly [string, readonly string[]][] = [
    ["a 1; b && c || d | e & f\ng", ["a 1", "b", "c", "d", "e", "f", "g"]],
    ["echo 'a; b' \"c && d\"", ["echo a; b c && d"]],
    ["a # b; c\nd", ["a", "d"]],
    ["echo a#b", ["echo a#b"]],
    ["A=1 exec ./main -x", ["./main -x"]],
    ["timeout -k 5 90 nc -z db 1", ["nc -z db 1"]],
    ["env -u HOME nice -n 5 go build", ["go build"]],
    ["(cd /src; make)", ["cd /src", "make"]],
    ["a >/dev/null 2>&1 <in", ["a"]],
    ["cp a \\\n  b", ["cp a b"]],
    ["i=$((i+1)); x", ["", "x"]],
    ["if [ -e a ]; then b; fi", ["[ -e a ]", "b", ""]],
    ['sh -c "a; b"', ["sh -c a; b", "a", "b"]],
  ];
  for (const [script, expected] of rows) {
    test(JSON.stringify(script), () => assert.deepEqual(words(script), expected));
  }

  test("what a substitution runs is a command too, behind the one it stands in", () => {
    const all = words('echo "$(curl -s http://a)" `nc b 1`; c');
    assert.equal(all.length, 4);
    assert.deepEqual(all.slice(1), ["curl -s http://a", "nc b 1", "c"]);
  });

  test("files that are written", () => {
    const [command] = commandsOf("a > /b 2>>/c 2>&1");
    assert.deepEqual(command?.writes, ["/b", "/c"]);
  });

  test("whose limit it is", () => {
    const limits = (script: string) => commandsOf(script).map(({ limited }) => limited);
    assert.deepEqual(limits("timeout 5 a; b"), ["itself", null]);
    assert.deepEqual(limits("timeout 5 sh -c 'a; b'"), ["itself", "script", "script"]);
  });
});

describe("loops", () => {
  const bounded = (script: string): boolean[] =>
    loopsOf(commandsOf(script)).map((loop) => loop.bounded);

  test("bounded or not", () => {
    assert.deepEqual(bounded("while true; do a; done"), [false]);
    assert.deepEqual(bounded("for i in 1 2; do a; done"), [true]);
    assert.deepEqual(bounded("while read x; do a; done < f"), [true]);
    assert.deepEqual(bounded("while [ $i -lt 9 ]; do i=$((i+1)); done"), [true]);
    assert.deepEqual(bounded("until false; do for i in 1; do a; done; done"), [true, false]);
  });

  test("what is asked belongs to the innermost loop, and a `for` passes it on", () => {
    const loops = waitLoopsOf(["sh", "-c", "while :; do for h in a b; do nc $h 1; done; done"]);
    assert.deepEqual(
      loops.map(({ keyword }) => keyword),
      ["for", "while"],
    );
    assert.deepEqual(waitLoopsOf(["until", "nc", "db"]), []);
  });
});

/** A hundred thousand characters of what nests or never ends. */
for (const unit of [
  "$(",
  "`",
  "((",
  "$((",
  "'",
  '"',
  "while ",
  "while a; do ",
  "sh -c '",
  "(",
  "# ",
  "\\",
  "x",
]) {
  test(`hostile: ${JSON.stringify(unit)} again and again ends, and costs in proportion`, () => {
    const script = unit.repeat(Math.floor(100_000 / unit.length));
    const commands = commandsOfArgv(["sh", "-c", script]);
    const size = commands.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(size <= 20 * (script.length + 10), String(size));
    loopsOf(commands);
  });
}
