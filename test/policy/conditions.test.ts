import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CONDITIONS } from "#policy/conditions/all.js";
import { RULES } from "#rules/catalogue.js";
import { askedOf, differences, judged } from "./differences.js";
import { firesInCel } from "./evaluate-cel.js";
import { askedObjects } from "./objects.js";

const objects = judged(askedObjects(), new Set(CONDITIONS.map(({ rule }) => rule)));

for (const condition of CONDITIONS) {
  describe(condition.rule, () => {
    const found = differences(condition, objects);

    test("denies nothing that the built-in rule lets pass", () => {
      const extra = found.filter((one) => one.startsWith("extra"));
      assert.deepEqual(extra, []);
    });

    test("is silent only where it says that it sees less", () => {
      const silent = found.filter((one) => one.startsWith("silent"));
      if (condition.sees === undefined) assert.deepEqual(silent, []);
      else assert.notEqual(silent.length, 0, "it sees everything that the examples ask");
    });

    test("fires on one example and not on another", () => {
      const own = askedOf(condition, objects).map(
        ({ object, others }) => firesInCel(condition, object, others).length > 0,
      );
      assert.deepEqual([own.includes(true), own.includes(false)], [true, true]);
    });
  });
}

test("every condition belongs to a rule that says it is exported", () => {
  for (const { rule } of CONDITIONS) {
    assert.notEqual(RULES.find(({ id }) => id === rule)?.exports ?? "none", "none", rule);
  }
});
