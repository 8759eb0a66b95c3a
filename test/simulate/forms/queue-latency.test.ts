import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bearableRatePerS, queueLatencyUs } from "#simulate/forms/queue-latency.js";
import { s } from "#test/simulate/given.js";

const queue = { capacityPerS: 100, idleUs: s(0.05) };

test("V25: three pods of 100 requests a second, one of which is lost", () => {
  assert.equal(queueLatencyUs(180 / 2, queue), s(0.5));
  assert.equal(queueLatencyUs(240 / 2, queue), null);
  assert.equal(bearableRatePerS(2, queue, s(2)), 195);
  assert.equal(queueLatencyUs(195 / 2, queue), s(2));
});

test("a load is bearable exactly if the answers come within the timeout", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 1_000 }),
    fc.integer({ min: 1, max: 3_000 }),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 0, max: 9_000 }),
    (pods, capacityPerS, idleMs, timeoutS, rate) => {
      const one = { capacityPerS, idleUs: idleMs * 1_000 };
      const limit = bearableRatePerS(pods, one, s(timeoutS));
      const latency = queueLatencyUs(rate / pods, one);
      if (Math.abs(rate - limit) < 0.01) return;
      assert.equal(latency !== null && latency <= s(timeoutS), rate < limit);
    },
  );
  fc.assert(property, { numRuns: 1_000 });
});
