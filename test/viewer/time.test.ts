import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exactTime, ticksOf } from "#viewer/time-text.js";
import { moved, showing, type TimeWindow, zoomed } from "#viewer/time-window.js";

const S = 1_000_000;
const H = 3_600 * S;

test("instants are told to the microsecond, and by the clock in a long life", () => {
  assert.equal(exactTime(0, 60 * S), "0 s");
  assert.equal(exactTime(83_250_001, 900 * S), "83.250001 s");
  assert.equal(exactTime(5_000_500_000, 8 * H), "1:23:20.5 (5000.5 s)");
  assert.equal(exactTime(604_800 * S, 168 * H), "168:00:00 (604800 s)");
});

test("the axis has at most as many marks as there is room for, at times that people count in", () => {
  const labels = (window: TimeWindow, durationUs: number): string[] =>
    ticksOf(window, 6, durationUs).map(({ label }) => label);
  assert.deepEqual(labels({ fromUs: 0, toUs: 300 * S }, 300 * S), [
    ...["0 s", "60 s", "120 s", "180 s", "240 s", "300 s"],
  ]);
  assert.deepEqual(labels({ fromUs: 0, toUs: 2 * H }, 2 * H), [
    ...["0:00:00", "0:30:00", "1:00:00", "1:30:00", "2:00:00"],
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 168 * H }), fc.nat(168 * H), (length, from) => {
      const ticks = ticksOf({ fromUs: from, toUs: from + length }, 10, 168 * H);
      assert.ok(ticks.length <= 11);
      assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length);
    }),
  );
});

test("a window stays within the life, and what is under the pointer stays under it", () => {
  const life = 900 * S;
  const windows = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([from, length]): TimeWindow => {
      const lengthUs = 1_000 + length * (life - 1_000);
      const fromUs = from * (life - lengthUs);
      return { fromUs, toUs: fromUs + lengthUs };
    });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const factors = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(windows, share, factors, (window, place, factor) => {
      const atUs = window.fromUs + place * (window.toUs - window.fromUs);
      const near = zoomed(window, factor, atUs, life);
      assert.ok(near.fromUs >= 0 && near.toUs <= life + 1e-6 && near.toUs > near.fromUs);
      const there = (atUs - near.fromUs) / (near.toUs - near.fromUs);
      assert.ok(Math.abs(there - place) < 1e-6 || near.toUs - near.fromUs <= 100.001);
      const back = moved(window, (0.5 - place) * 10 * life, life);
      assert.ok(back.fromUs >= 0 && back.toUs <= life + 1e-6);
      const seen = showing(near, place * life, life);
      assert.ok(seen.fromUs <= place * life + 1e-6 && seen.toUs >= place * life - 1e-6);
    }),
  );
  assert.deepEqual(zoomed({ fromUs: 5, toUs: 205 }, Number.POSITIVE_INFINITY, 100, life), {
    fromUs: 0,
    toUs: life,
  });
});
