import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstKill, type OutageWindow } from "#simulate/phases/first-kill.js";
import { lifeAtPhase } from "#test/simulate/forms/every-phase.js";
import { s } from "#test/simulate/given.js";

const timings = fc.record({
  delayUs: fc.nat(15),
  periodUs: fc.integer({ min: 1, max: 12 }),
  timeoutUs: fc.integer({ min: 1, max: 12 }),
  failureThreshold: fc.integer({ min: 1, max: 4 }),
});
const outages = fc.constantFrom("refused" as const, "silent" as const);
const stretches = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 30 }), outages), {
  minLength: 1,
  maxLength: 5,
});

/** Apart by at least the timeout, where the attempts of two would meet. */
function windowsOf(
  parts: readonly (readonly [number, number, "refused" | "silent"])[],
  apart: number,
) {
  let at = 0;
  return parts.map(([gap, length, outage]): OutageWindow => {
    const fromUs = at + gap + apart;
    at = fromUs + length;
    return { fromUs, toUs: at, outage };
  });
}

/** The microsecond of an edge has to be small beside everything else. */
const SCALE = 100;

test("the first kill is where stepping through every phase finds it", () => {
  const property = fc.property(timings, stretches, (timing, parts) => {
    const small = windowsOf(parts, timing.timeoutUs);
    const shown = small.map(({ fromUs, toUs, outage }) => ({ from: fromUs, to: toUs, outage }));
    const kills = Array.from({ length: timing.periodUs }, (_, phase) =>
      lifeAtPhase(phase, timing, ...shown),
    ).flatMap(({ killedAt }) => (killedAt === null ? [] : [killedAt * SCALE]));
    const windows = small.map((one) => ({
      ...{ fromUs: one.fromUs * SCALE, toUs: one.toUs * SCALE, outage: one.outage },
    }));
    const { delayUs, periodUs, timeoutUs } = timing;
    const { share, interval } = firstKill(
      {
        ...timing,
        ...{ delayUs: delayUs * SCALE, periodUs: periodUs * SCALE, timeoutUs: timeoutUs * SCALE },
      },
      windows,
    );
    assert.equal(share, kills.length / periodUs);
    const between = { fromUs: Math.min(...kills), toUs: Math.max(...kills) + SCALE };
    assert.deepEqual(interval, kills.length === 0 ? null : between);
  });
  fc.assert(property, { numRuns: 3_000 });
});

/** Outages of 3.8 s, so many seconds from one to the next, through ten minutes. */
function every(seconds: number) {
  const windows = Array.from({ length: Math.ceil(600 / seconds) }, (_, n): OutageWindow => {
    const fromUs = s(100 + n * seconds);
    return { fromUs, toUs: fromUs + s(3.8), outage: "refused" };
  });
  const timing = { delayUs: 0, periodUs: s(10), timeoutUs: s(1), failureThreshold: 3 };
  return firstKill(timing, windows);
}

test("V6: outages of 3.8 s in step with the probe, and out of step", () => {
  const after = (from: number, to: number) => ({ fromUs: s(100 + from), toUs: s(100 + to) });
  assert.deepEqual([every(10).share, every(10).interval], [0.38, after(20, 23.8)]);
  assert.deepEqual([every(5).share, every(5).interval], [0.76, after(20, 28.8)]);
  assert.equal(every(12).share, 0);
  assert.equal(every(7).share, 0);
});
