import assert from "node:assert/strict";
import { test } from "node:test";
import { expandWord } from "#manifest/dockerfile/expand-word.js";

const VALUES = new Map([
  ["FOO", "/bar"],
  ["EMPTY", ""],
]);

const ROWS: readonly (readonly [word: string, text: string | null])[] = [
  ["plain", "plain"],
  ["$FOO", "/bar"],
  [`\${FOO}_x`, "/bar_x"],
  ["$FOO/x", "/bar/x"],
  ["\\$FOO", "$FOO"],
  [`\\\${FOO}`, `\${FOO}`],
  ["'$FOO'", "$FOO"],
  ['"$FOO x"', "/bar x"],
  ['a"b"c', "abc"],
  ['"a\\"b"', 'a"b'],
  ['"a\\nb"', "a\\nb"],
  ["a\\ b", "a b"],
  ['"it\'s"', "it's"],
  ["$NONE", null],
  [`x\${NONE}`, null],
  ["$EMPTY", ""],
  [`\${NONE:-word}`, "word"],
  [`\${EMPTY:-word}`, "word"],
  [`\${EMPTY-word}`, ""],
  [`\${NONE-word}`, "word"],
  [`\${FOO:-$NONE}`, "/bar"],
  [`\${NONE:-$FOO}`, "/bar"],
  [`\${NONE:-\${OTHER:-deep}}`, "deep"],
  [`\${NONE:-$OTHER}`, null],
  [`\${FOO:+set}`, "set"],
  [`\${NONE:+set}`, ""],
  [`\${EMPTY:+set}`, ""],
  [`\${EMPTY+set}`, "set"],
  [`\${FOO#/}`, null],
  [`\${FOO`, null],
  ["$", "$"],
  ["a$", "a$"],
  ["$$FOO", "FOO"],
  ["$1x", "x"],
  [`\${FOO:?}`, "/bar"],
  [`\${NONE:?needed}`, null],
  ["'open", null],
  ['"open', null],
];

for (const [word, text] of ROWS) {
  test(`${word} is ${text ?? "not known"}`, () => {
    assert.equal(expandWord(word, VALUES), text);
  });
}

test("another escape character leaves the backslash alone", () => {
  assert.equal(expandWord("c:\\x`$FOO", VALUES, "`"), "c:\\x$FOO");
});

test("values of values do not grow without a bound", () => {
  const values = new Map([["A", "x".repeat(600)]]);
  assert.equal(expandWord("$A", values)?.length, 600);
  assert.equal(expandWord("$A$A", values), null);
});

test("very deep defaults are not looked into, and do no harm", () => {
  assert.equal(expandWord(`${"${A:-".repeat(100_000)}x`, VALUES), null);
});
