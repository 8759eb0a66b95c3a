/** The bounds that hold for every fraction of a second, against the exact forms of each fraction. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Probe } from "#model/kube/pod.js";
import { outageKill } from "#simulate/forms/outage-kill.js";
import { SECOND_US, timingOf } from "#simulate/forms/probe-timing.js";
import { gradeOutage, gradeStart, killBounds, withdrawalUs } from "#simulate/forms/safe-bounds.js";
import { startKill } from "#simulate/forms/start-kill.js";

const probes: fc.Arbitrary<Probe> = fc.record({
  handler: fc.constant({ kind: "exec" as const, command: ["true"] }),
  initialDelaySeconds: fc.nat(60),
  periodSeconds: fc.integer({ min: 1, max: 30 }),
  timeoutSeconds: fc.constant(1),
  successThreshold: fc.constant(1),
  failureThreshold: fc.integer({ min: 1, max: 6 }),
  terminationGracePeriodSeconds: fc.constant(null),
});
const fractions = fc.integer({ min: 0, max: SECOND_US - 1 });
const durations = fc.nat(250 * SECOND_US);
const RUNS = 2_000;

test("what is safe by the bounds no phase and no fraction kills; what is certain, every one does", () => {
  const property = fc.property(probes, fractions, durations, (probe, fraction, start) => {
    const { share } = startKill(start, timingOf(probe, fraction));
    const grade = gradeStart(start, probe, 1.5);
    if (grade === "safe" || grade === "tight") assert.equal(share, 0);
    if (grade === "certain-kill") assert.equal(share, 1);
  });
  fc.assert(property, { numRuns: RUNS });
});

test("the bounds are reached: by the last fraction of a second and by the first", () => {
  const property = fc.property(probes, (probe) => {
    const { earliestUs, latestUs } = killBounds(probe);
    const last = SECOND_US - 1;
    const early = startKill(earliestUs + 2, timingOf(probe, last));
    assert.ok(early.share > 0 && gradeStart(earliestUs + 2, probe, 1.5) === "possible-kill");
    assert.equal(startKill(earliestUs, timingOf(probe, last)).share, 0);
    assert.equal(startKill(latestUs, timingOf(probe, 0)).share, 1);
    assert.ok(startKill(latestUs - 1, timingOf(probe, 0)).share < 1);
  });
  fc.assert(property);
});

test("outages: safe in no phase, certain in all; the exact form decides the rest", () => {
  const property = fc.property(probes, durations, (probe, outage) => {
    const { share } = outageKill(outage, timingOf(probe));
    const grade = gradeOutage(outage, probe);
    if (grade === "safe") assert.equal(share, 0);
    if (grade === "certain") assert.equal(share, 1);
    if (share > 0 && share < 1) assert.equal(grade, "possible");
  });
  fc.assert(property, { numRuns: RUNS });
});

test("a start is safe only with the safety factor", () => {
  const probe = { ...(fc.sample(probes, 1)[0] as Probe), initialDelaySeconds: 0 };
  const given = { ...probe, periodSeconds: 10, failureThreshold: 3 };
  const grade = (seconds: number) => gradeStart(seconds * SECOND_US, given, 1.5);
  assert.deepEqual([13, 14, 20, 21, 29, 30].map(grade), [
    "safe",
    "tight",
    "tight",
    "possible-kill",
    "possible-kill",
    "certain-kill",
  ]);
  assert.equal(withdrawalUs(given), 31 * SECOND_US);
});
