import assert from "node:assert/strict";
import { test } from "node:test";
import { writeYaml } from "#manifest/text/write-yaml.js";
import type { Recommendation } from "#model/life/recommendation.js";
import { recommendText } from "#report/life/recommend-text.js";
import { assertFits, assertGolden } from "#test/report/life/golden.js";
import {
  refutedRecommendation,
  sampleRecommendation,
} from "#test/report/life/sample-recommendation.js";

const textOf = (recommendation: Recommendation, columns: number): string =>
  recommendText(recommendation, writeYaml(recommendation.patch), columns);

for (const columns of [80, 160]) {
  test(`proved values at ${columns} columns`, () => {
    const text = textOf(sampleRecommendation(), columns);
    assertFits(text, columns);
    assertGolden(`recommend-proved-${columns}.txt`, text);
  });

  test(`refuted values at ${columns} columns: nobody can take them for good ones`, () => {
    const text = textOf(refutedRecommendation(), columns);
    assertFits(text, columns);
    assertGolden(`recommend-refuted-${columns}.txt`, text);
  });
}

test("a tool's name cannot write into a terminal, nor begin a line of its own", () => {
  const hostile = sampleRecommendation({ tool: "\u001b[2Jair\nkind: Secret" });
  assert.doesNotMatch(textOf(hostile, 80), /\p{Cc}\[|\nkind/u);
});

test("what was not simulated does not claim to be", () => {
  const text = textOf(sampleRecommendation({ proof: null }), 80);
  assert.match(text, /asked for; not\s+simulated\.\n/);
  assert.doesNotMatch(text, /Proof:/);
});
