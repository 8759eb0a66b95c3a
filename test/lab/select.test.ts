import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scenario } from "#lab/scenario.js";
import { selectScenarios } from "#lab/select.js";
import { sampleScenario } from "./sample-scenario.js";

const scenario = (id: string, chapter: 1 | 2, tags: readonly string[]): Scenario => ({
  ...sampleScenario,
  ...{ id, chapter, tags },
});
const all = [
  scenario("L101", 1, ["files", "quick"]),
  scenario("L102", 1, ["files"]),
  scenario("L201", 2, ["full"]),
];

const rows: readonly (readonly [
  words: string[],
  set: "quick" | "usual" | "full",
  ids: string[],
])[] = [
  [[], "usual", ["L101", "L102"]],
  [[], "quick", ["L101"]],
  [[], "full", ["L101", "L102", "L201"]],
  [["l102"], "usual", ["L102"]],
  [["L201"], "usual", ["L201"]],
  [["L102"], "quick", ["L102"]],
  [["chapter:1"], "usual", ["L101", "L102"]],
  [["chapter:2"], "usual", []],
  [["chapter:2"], "full", ["L201"]],
  [["tag:files", "L201"], "usual", ["L101", "L102", "L201"]],
];

for (const [words, set, ids] of rows) {
  test(`${words.join(" ") || "nothing named"}, ${set}`, () => {
    const chosen = selectScenarios(all, words, set);
    assert.ok(chosen.ok);
    assert.deepEqual(
      chosen.value.map(({ id }) => id),
      ids,
    );
  });
}

test("a word that chooses nothing is told, with the nearest", () => {
  const chosen = selectScenarios(all, ["L103x"], "usual");
  assert.ok(!chosen.ok);
  assert.equal(chosen.error.word, "L103x");
  const tag = selectScenarios(all, ["tag:file"], "usual");
  assert.ok(!tag.ok);
  assert.equal(tag.error.near, "tag:files");
});
