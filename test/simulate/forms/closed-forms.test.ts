/** F1–F5 against a worker that is stepped through every phase, on a scale of a few units to a period. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Likelihood } from "#model/life/life-report.js";
import { deadlock, outageFailures, outageKill } from "#simulate/forms/outage-kill.js";
import type { Outage, ProbeTiming } from "#simulate/forms/probe-timing.js";
import {
  attemptAge,
  buildLivelock,
  type FailureCount,
  startFailures,
  startKill,
  startupBudgetUs,
} from "#simulate/forms/start-kill.js";
import { everyPhase, type Life } from "./every-phase.js";

const timings: fc.Arbitrary<ProbeTiming> = fc.record({
  delayUs: fc.nat(15),
  periodUs: fc.integer({ min: 1, max: 8 }),
  timeoutUs: fc.integer({ min: 1, max: 12 }),
  failureThreshold: fc.integer({ min: 1, max: 4 }),
});
const outages = fc.constantFrom<Outage>("refused", "silent");
const RUNS = 3_000;

function assertKill(form: Likelihood, lives: readonly Life[], from: number): void {
  const ages = lives.flatMap(({ killedAt }) => (killedAt === null ? [] : [killedAt - from]));
  assert.equal(form.share, ages.length / lives.length);
  const fromUs = Math.min(...ages);
  const expected = ages.length === 0 ? null : { fromUs, toUs: Math.max(...ages) + 1 };
  assert.deepEqual(form.interval, expected);
}

function assertCount(form: FailureCount, lives: readonly Life[]): void {
  const counts = lives.map(({ failures }) => failures.length);
  assert.equal(form.least, Math.min(...counts));
  assert.equal(form.most, Math.max(...counts));
  assert.equal(form.shareOfMost, counts.filter((n) => n === form.most).length / counts.length);
}

test("F1: a start is killed in exactly these phases and at these ages", () => {
  const property = fc.property(timings, outages, fc.nat(60), (timing, outage, start) => {
    const lives = everyPhase(timing, { from: 0, to: start, outage });
    assertKill(startKill(start, timing, outage), lives, 0);
    assertCount(startFailures(start, timing, outage), lives);
  });
  fc.assert(property, { numRuns: RUNS });
});

test("F1: attempts come at these ages", () => {
  const property = fc.property(timings, fc.integer({ min: 1, max: 4 }), (timing, attempt) => {
    const lives = everyPhase(timing, { from: 0, to: 200, outage: "refused" });
    const ages = lives.map(({ failures }) => failures[attempt - 1] ?? Number.NaN);
    const { fromUs, toUs } = attemptAge(timing, attempt);
    assert.equal(fromUs, Math.min(...ages));
    assert.equal(toUs, Math.max(...ages) + 1);
  });
  fc.assert(property);
});

test("F2: an outage of a service that was up fails exactly these attempts", () => {
  const property = fc.property(timings, outages, fc.nat(60), (given, outage, length) => {
    const timing = { ...given, delayUs: 0 };
    const from = 40;
    const lives = everyPhase(timing, { from, to: from + length, outage });
    assertKill(outageKill(length, timing, outage), lives, from);
    assertCount(outageFailures(length, timing, outage), lives);
  });
  fc.assert(property, { numRuns: RUNS });
});

test("F3: the budget is the longest start that no phase kills", () => {
  const property = fc.property(timings, outages, (timing, outage) => {
    const budget = startupBudgetUs(timing, outage);
    assert.equal(startKill(budget, timing, outage).share, 0);
    const over = everyPhase(timing, { from: 0, to: budget + 1, outage });
    assert.ok(over.some(({ killedAt }) => killedAt !== null));
  });
  fc.assert(property);
});

test("F4: a deadlock is decided, ended and over in these intervals", () => {
  const property = fc.property(
    timings,
    outages,
    fc.nat(20),
    fc.nat(20),
    (given, outage, stop, up) => {
      const timing = { ...given, delayUs: 0 };
      const from = 40;
      const lives = everyPhase(timing, { from, to: 400, outage });
      const ages = lives.map(({ killedAt }) => (killedAt ?? Number.NaN) - from);
      const form = deadlock(timing, { stopUs: stop, restartUs: up }, outage);
      assert.deepEqual(form.decision, { fromUs: Math.min(...ages), toUs: Math.max(...ages) + 1 });
      assert.equal(form.exit.fromUs, form.decision.fromUs + stop);
      assert.equal(form.serving.toUs, form.decision.toUs + stop + up);
    },
  );
  fc.assert(property);
});

test("F5: a build in the container is killed for certain, in some phases, or never", () => {
  const property = fc.property(timings, fc.nat(60), (timing, start) => {
    const lives = everyPhase(timing, { from: 0, to: start, outage: "refused" });
    const killed = lives.filter(({ killedAt }) => killedAt !== null).length;
    const expected = killed === 0 ? "never" : killed === lives.length ? "certain" : "possible";
    assert.equal(buildLivelock(start, timing), expected);
  });
  fc.assert(property);
});
