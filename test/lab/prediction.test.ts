import assert from "node:assert/strict";
import { test } from "node:test";
import {
  above,
  atLeast,
  atMost,
  below,
  type Comparison,
  check,
  differs,
  equals,
  exprOf,
  matches,
  predict,
} from "#lab/judge/prediction.js";
import type { Measure } from "#model/lab/lab-report.js";

const count = (value: number): Measure => ({
  ...{ kind: "count", about: "", unit: "", value, n: null, upper95: null },
});
const measures: Readonly<Record<string, Measure>> = {
  five: count(5),
  ten: count(10),
  word: { kind: "text", about: "", value: "Text file busy" },
  times: { kind: "spread", about: "", unit: "ms", n: 3, p50: 7, p95: 9, max: 9 },
};
const lookUp = (name: string): Measure | null => measures[name] ?? null;

const rows: readonly (readonly [measure: string, is: Comparison, expr: string, ok: boolean])[] = [
  ["five", equals(5), "five = 5", true],
  ["five", equals(4), "five = 4", false],
  ["five", differs(4), "five ≠ 4", true],
  ["five", differs(5), "five ≠ 5", false],
  ["five", above(5), "five > 5", false],
  ["five", atLeast(5), "five ≥ 5", true],
  ["five", below(5), "five < 5", false],
  ["five", atMost(5), "five ≤ 5", true],
  ["five", atMost({ measure: "ten", times: 0.5 }), "five ≤ 0.5 × ten", true],
  ["five", below({ measure: "ten", times: 0.5 }), "five < 0.5 × ten", false],
  ["five", above({ measure: "ten", plus: -6 }), "five > ten − 6", true],
  ["word", equals("Text file busy"), 'word = "Text file busy"', true],
  ["word", matches(/busy$/), "word matches /busy$/", true],
  ["word", matches(/^busy/), "word matches /^busy/", false],
  ["word", above(0), "word > 0", false],
  ["times", equals(7), "times = 7", true],
  ["none", equals(0), "none = 0", false],
  ["five", equals({ measure: "none" }), "five = none", false],
];

for (const [measure, is, expr, ok] of rows) {
  test(`${expr} is ${ok}`, () => {
    const prediction = predict(measure, is, "because");
    assert.equal(exprOf(prediction), expr);
    assert.equal(check(prediction, lookUp).ok, ok);
  });
}

test("what was not measured is said to be so", () => {
  assert.equal(check(predict("none", equals(0), ""), lookUp).actual, null);
  assert.equal(check(predict("five", equals(0), ""), lookUp).actual, "5");
});
