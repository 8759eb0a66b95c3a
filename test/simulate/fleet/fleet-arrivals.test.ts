import assert from "node:assert/strict";
import { test } from "node:test";
import { fleetArrivals } from "#simulate/fleet/fleet-arrivals.js";
import { s } from "#test/simulate/given.js";

const SPREAD = { seed: 3, spreadUs: s(2) };

test("a save reaches the replicas spread by the given standard deviation, and none before it was saved", () => {
  const all = fleetArrivals({ at: s(10), index: 0 }, 4_000, SPREAD);
  const mean = all.reduce((sum, at) => sum + at, 0) / all.length;
  const variance = all.reduce((sum, at) => sum + (at - mean) ** 2, 0) / all.length;
  assert.ok(Math.min(...all) >= s(10));
  assert.ok(Math.abs(Math.sqrt(variance) - s(2)) < s(0.06), `${Math.sqrt(variance)}`);
});

test("one more replica moves no other's arrival; another save has its own", () => {
  const few = fleetArrivals({ at: 0, index: 0 }, 3, SPREAD);
  assert.deepEqual(fleetArrivals({ at: 0, index: 0 }, 5, SPREAD).slice(0, 3), few);
  assert.notDeepEqual(fleetArrivals({ at: 0, index: 1 }, 3, SPREAD), few);
  assert.deepEqual(fleetArrivals({ at: 7, index: 0 }, 2, { seed: 1, spreadUs: 0 }), [7, 7]);
});
