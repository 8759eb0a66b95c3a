import assert from "node:assert/strict";
import { test } from "node:test";
import { rounded, spreadOf, upper95 } from "#lab/judge/statistics.js";
import { newRecording } from "#lab/record.js";

const texts = { failed: { about: "failed requests", unit: "requests" } };

test("a zero count carries 3/n, a positive one does not", () => {
  const { recorder, measures } = newRecording(texts, () => 0);
  recorder.count("failed", 0, 1_000);
  const zero = measures().failed;
  assert.ok(zero?.kind === "count");
  assert.equal(zero.upper95, 0.003);
  recorder.count("failed", 2, 1_000);
  const two = measures().failed;
  assert.ok(two?.kind === "count");
  assert.equal(two.upper95, null);
});

test("three trials without an event exclude nothing", () => {
  assert.equal(upper95(3), 1);
  assert.equal(upper95(2), 1);
});

test("a measure that was not declared is a mistake", () => {
  assert.throws(() => newRecording(texts, () => 0).recorder.count("other", 1), /not declared/);
});

test("quantiles are values that were seen, whatever their order", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(spreadOf(values), { n: 100, p50: 50, p95: 95, max: 100 });
  assert.deepEqual(spreadOf([4]), { n: 1, p50: 4, p95: 4, max: 4 });
});

test("measurements are told to three figures, counts whole", () => {
  assert.equal(rounded(1234.567), 1230);
  assert.equal(rounded(0.012345), 0.0123);
  assert.equal(rounded(123456), 123456);
});

test("the time-line counts from the arm's beginning, and clients that came later stand later", () => {
  let now = 1_000;
  const { recorder, timeline } = newRecording(texts, () => now);
  now = 1_500;
  recorder.mark("save");
  recorder.span("builds", 1_200, 1_400, "build 1", "busy");
  recorder.traffic(1_100, { sliceMs: 50, succeeded: [1], failed: [0], latencyMaxMs: [3] });
  const drawn = timeline();
  assert.equal(drawn.tookMs, 500);
  assert.deepEqual(drawn.marks, [{ atMs: 500, label: "save" }]);
  assert.equal(drawn.lanes[0]?.spans[0]?.fromMs, 200);
  assert.deepEqual(drawn.traffic?.succeeded, [0, 0, 1]);
});
