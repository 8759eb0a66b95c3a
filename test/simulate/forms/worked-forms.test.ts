/** The worked examples that closed forms decide alone, in seconds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Likelihood } from "#model/life/life-report.js";
import { deadlock, outageFailures, outageKill } from "#simulate/forms/outage-kill.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { startFailures, startKill } from "#simulate/forms/start-kill.js";

const seconds = (value: number): number => Math.round(value * SECOND_US);

function probe(delay: number, period: number, threshold: number, timeout = 1) {
  return {
    delayUs: seconds(delay),
    periodUs: seconds(period),
    timeoutUs: seconds(timeout),
    failureThreshold: threshold,
  };
}

function assertKill(found: Likelihood, share: number, between: [number, number] | null): void {
  assert.equal(found.share, share);
  const { interval } = found;
  const shown = interval && [interval.fromUs / SECOND_US, interval.toUs / SECOND_US];
  assert.deepEqual(shown, between);
}

test("V1: a start of 12 s fails one probe in 70 % of the phases and is never killed", () => {
  const failures = startFailures(seconds(12), probe(5, 10, 3));
  assert.deepEqual(failures, { least: 0, most: 1, shareOfMost: 0.7 });
  assertKill(startKill(seconds(12), probe(5, 10, 3)), 0, null);
});

test("V2, V3: starts of 30, 35 and 60 s", () => {
  assertKill(startKill(seconds(30), probe(5, 10, 3)), 0.5, [25, 30]);
  assertKill(startKill(seconds(35), probe(5, 10, 3)), 1, [25, 35]);
  assertKill(startKill(seconds(60), probe(5, 10, 3)), 1, [25, 35]);
});

test("V4, V5, V7: an outage of 3.8 s", () => {
  for (const timeout of [2, 6]) {
    const failures = outageFailures(seconds(3.8), probe(0, 10, 3, timeout));
    assert.deepEqual(failures, { least: 0, most: 1, shareOfMost: 0.38 });
  }
  const silent = (timeout: number) =>
    outageFailures(seconds(3.8), probe(0, 10, 3, timeout), "silent");
  assert.deepEqual(silent(2), { least: 0, most: 1, shareOfMost: 0.18 });
  assert.deepEqual(silent(6), { least: 0, most: 0, shareOfMost: 1 });
  assertKill(outageKill(seconds(3.8), probe(0, 10, 3)), 0, null);
  assertKill(outageKill(seconds(3.8), probe(0, 10, 1)), 0.38, [0, 3.8]);
  assertKill(outageKill(seconds(3.8), probe(0, 10, 1, 2), "silent"), 0.18, [2, 3.8]);
});

test("V8: a lower threshold is worse", () => {
  assertKill(outageKill(seconds(26), probe(0, 10, 3)), 0.6, [20, 26]);
  assertKill(outageKill(seconds(26), probe(0, 10, 3, 2), "silent"), 0.4, [22, 26]);
  assertKill(outageKill(seconds(12), probe(0, 10, 3)), 0, null);
  assertKill(outageKill(seconds(12), probe(0, 10, 2)), 0.2, [10, 12]);
});

test("V18: readiness that gives up at the first failure", () => {
  assertKill(outageKill(seconds(3.8), probe(0, 5, 1)), 0.76, [0, 3.8]);
});

test("V23: a long timeout does not help", () => {
  assert.equal(startFailures(seconds(12), probe(15, 10, 2, 6)).most, 0);
  assertKill(outageKill(seconds(12), probe(15, 10, 2, 6)), 0.2, [10, 12]);
  assertKill(outageKill(seconds(12), probe(15, 10, 3, 6)), 0, null);
});

test("V27: a cold build of 45 s under startup probes", () => {
  for (const [threshold, share] of [
    [12, 0],
    [10, 0],
    [9, 1],
  ] as const) {
    assert.equal(startKill(seconds(45), probe(0, 5, threshold)).share, share);
  }
});

test("V29: a deadlock with TERM ignored", () => {
  const between = ({ fromUs, toUs }: { fromUs: number; toUs: number }) => [
    fromUs / SECOND_US,
    toUs / SECOND_US,
  ];
  const pod = deadlock(probe(0, 10, 3), { stopUs: seconds(30), restartUs: seconds(2) });
  assert.deepEqual(between(pod.decision), [21, 31]);
  assert.deepEqual(between(pod.exit), [51, 61]);
  assert.deepEqual(between(pod.serving), [53, 63]);
  const own = deadlock(probe(0, 10, 3), { stopUs: seconds(5), restartUs: seconds(2) });
  assert.deepEqual(between(own.serving), [28, 38]);
});
