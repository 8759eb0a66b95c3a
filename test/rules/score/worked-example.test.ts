/** A service under air as many have it, worked out by hand: what its groups earn goes in, the total comes out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { INDICATORS } from "#rules/score/indicators/indicators.js";
import { bandOf } from "#rules/score/score-workload.js";
import { indicatorTotal, rounded, totalOf } from "#rules/score/total-of.js";

/** Points earned, points known, points unknown, and the score by hand; null: left out. What does not apply is in none of them. */
const ORDERS: Readonly<Record<string, readonly [number, number, number, number | null]>> = {
  M01: [45, 100, 0, 45],
  M02: [27.5, 65, 35, 42],
  M03: [80, 100, 0, 80],
  M04: [70, 70, 0, 100],
  M05: [100, 100, 0, 100],
  M06: [80, 100, 0, 80],
  M07: [25, 85, 0, 29],
  M08: [35, 75, 0, 47],
  M09: [60, 100, 0, 60],
  M10: [58.75, 100, 0, 59],
  M11: [0, 85, 15, 0],
  M12: [40, 80, 20, 50],
  M13: [75, 100, 0, 75],
  M14: [85, 100, 0, 85],
  // There is no limit for ephemeral storage, so a group of 15 does not apply.
  M15: [29.5, 65, 20, 45],
  M16: [52.5, 85, 0, 62],
  M17: [60, 80, 0, 75],
  M18: [27.5, 95, 0, 29],
  M19: [30, 45, 55, null],
};

const points = INDICATORS.map(({ id, weight }) => {
  const [earned, known, unknown] = ORDERS[id] ?? [0, 0, 0];
  return {
    id,
    weight,
    groups: [
      { points: known, earned },
      { points: unknown, earned: null },
    ],
  };
});

test("every indicator scores what was worked out by hand", () => {
  for (const one of points) {
    const { score } = indicatorTotal(one);
    assert.equal(score === null ? null : rounded(score), ORDERS[one.id]?.[3], one.id);
  }
});

test("57 (54–62, coverage 93 %): fix first", () => {
  const { raw, least, most, coverage } = totalOf(points);
  assert.equal(raw.toFixed(2), (5556.6 / 97).toFixed(2));
  assert.deepEqual([raw, least, most].map(rounded), [57, 54, 62]);
  assert.equal(Math.round(100 * coverage), 93);
  assert.equal(bandOf(rounded(raw)), "fix first");
});

test("bands begin where they are said to begin", () => {
  assert.deepEqual([0, 39, 40, 59, 60, 84, 85, 100].map(bandOf), [
    ...["do not hot-update", "do not hot-update", "fix first", "fix first"],
    ...["usable", "usable", "ready", "ready"],
  ]);
});
