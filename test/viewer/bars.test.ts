import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ViewerLane } from "#report/life/lanes/viewer-data.js";
import { barsOf, ticksIn } from "#viewer/bars-of.js";
import { itemAt, neighbour } from "#viewer/items-of.js";
import { readableOn } from "#viewer/readable-on.js";

const lane = (parts: Partial<ViewerLane>): ViewerLane => ({
  ...{ name: "api-0 requests", pod: "api-0", spans: [], points: [] },
  ...parts,
});

test("a stretch is where its instants are, and cut at the window", () => {
  const { bars } = barsOf(
    lane({
      spans: [
        [0, 100, "good", 0],
        [100, 200, "bad", 1],
        [200, 900, "good", 0],
      ],
    }),
    { fromUs: 50, toUs: 250 },
    400,
  );
  assert.deepEqual(bars, [
    { left: 0, right: 100, tone: "good", index: 0 },
    { left: 100, right: 300, tone: "bad", index: 1 },
    { left: 300, right: 400, tone: "good", index: 2 },
  ]);
});

test("however many stretches share a pixel: what is bad is in it, and shares are those of time", () => {
  const spans = Array.from({ length: 50_000 }, (_, n): ViewerLane["spans"][number] =>
    n % 10 === 0 ? [n * 10, n * 10 + 10, "bad", 0] : [n * 10, n * 10 + 10, "good", 1],
  );
  const { bars, columns } = barsOf(lane({ spans }), { fromUs: 0, toUs: 500_000 }, 1_000);
  assert.equal(bars.length, 0);
  assert.ok(columns.length >= 1_000 && columns.length <= 1_001);
  for (const { left, shares } of columns.slice(0, 1_000)) {
    assert.deepEqual(
      shares.map(({ tone }) => tone),
      ["bad", "good"],
      `at ${left}`,
    );
    const [bad, good] = shares;
    assert.ok(Math.abs((bad?.share ?? 0) - 0.1) < 0.01);
    assert.ok(Math.abs((good?.share ?? 0) - 0.9) < 0.01);
  }
});

test("nothing bad in the window goes undrawn", () => {
  const parts = fc.array(fc.tuple(fc.nat(300), fc.constantFrom("good" as const, "bad" as const)), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(
      parts,
      fc.nat(1_000),
      fc.integer({ min: 1, max: 20_000 }),
      (given, from, length) => {
        let at = 0;
        const spans = given.map(([gap, tone], n): ViewerLane["spans"][number] => {
          const begin = at + (gap % 7);
          at = begin + 1 + gap;
          return [begin, at, tone, n];
        });
        const window = { fromUs: from, toUs: from + length };
        const { bars, columns } = barsOf(lane({ spans }), window, 300);
        const drawn =
          bars.some(({ tone }) => tone === "bad") ||
          columns.some(({ shares }) => shares.some(({ tone }) => tone === "bad"));
        const there = spans.some(
          ([begin, end, tone]) => tone === "bad" && begin < window.toUs && end > window.fromUs,
        );
        assert.equal(drawn || !there, true);
      },
    ),
  );
});

test("of instants in one pixel the gravest is drawn", () => {
  const points: ViewerLane["points"] = [
    ...([
      [10, "good", 0],
      [11, "bad", 1],
      [12, "good", 0],
      [500, "good", 0],
      [2_000, "bad", 1],
    ] as const),
  ];
  assert.deepEqual(ticksIn(lane({ points }), { fromUs: 0, toUs: 1_000 }, 100), [
    { left: 1, tone: "bad" },
    { left: 50, tone: "good" },
  ]);
});

test("under the pointer: the nearest instant with all that happened then, or the stretch around it", () => {
  const texts = ["passing", "attempt 1", "attempt 2", "killed"];
  const one = lane({
    spans: [[0, 1_000, "good", 0]],
    points: [
      [400, "good", 1],
      [600, "bad", 2],
      [600, "bad", 3],
    ],
  });
  assert.deepEqual(itemAt(one, 598, 5, { texts }), {
    ...{ fromUs: 600, toUs: 600, text: "attempt 2\nkilled" },
  });
  assert.equal(itemAt(one, 403, 5, { texts })?.text, "attempt 1");
  assert.deepEqual(itemAt(one, 500, 5, { texts }), { fromUs: 0, toUs: 1_000, text: "passing" });
  assert.equal(itemAt(one, 1_100, 5, { texts }), null);
});

test("the keyboard goes from one beginning to the next and back, and stays at the last", () => {
  const one = lane({
    spans: [
      [0, 5, "good", 0],
      [50, 70, "bad", 0],
    ],
    points: [[20, "good", 0]],
  });
  const walk = (from: number, direction: 1 | -1): number[] => {
    const next = neighbour(one, from, direction);
    return next === null ? [] : [next, ...walk(next, direction)];
  };
  assert.deepEqual(walk(-1, 1), [0, 20, 50]);
  assert.deepEqual(walk(70, -1), [50, 20, 0]);
});

test("what stands on a colour can be read", () => {
  assert.deepEqual(["#ffffff", "#d9982b", "#4bb37d", "#1d2733", "#c8372d"].map(readableOn), [
    ...["#10151a", "#10151a", "#10151a", "#ffffff", "#ffffff"],
  ]);
});
