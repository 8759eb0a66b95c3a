import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "#report/text/printable.js";
import { wrapItem, wrapText } from "#report/text/wrap-text.js";

test("no word is lost, and no line is too long unless it is one word", () => {
  const words = fc.array(fc.stringMatching(/^[a-z≥✗]{1,30}$/), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, fc.integer({ min: 30, max: 120 }), (given, columns) => {
      const lines = wrapText(given.join(" "), columns, "    ");
      assert.deepEqual(
        lines.flatMap((line) => line.trim().split(" ")),
        given,
      );
      for (const line of lines) {
        assert.ok([...line].length <= columns || !line.trim().includes(" "), line);
      }
    }),
  );
});

test("an item goes on below its text, not below its mark", () => {
  assert.deepEqual(wrapItem("✗", "one two three four five six", 22, "  "), [
    "  ✗ one two three four",
    "    five six",
  ]);
  assert.deepEqual(wrapText("", 80), []);
});

test("nothing that a terminal obeys is left", () => {
  assert.equal(printable("a\u001b[2Jb\r\nc\u0085d\u202ee\u2028f"), "a [2Jb c d e f");
  assert.equal(printable("  ✗ 0.38 · „ü“ – 時"), "  ✗ 0.38 · „ü“ – 時");
});
