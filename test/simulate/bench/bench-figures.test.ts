import assert from "node:assert/strict";
import { test } from "node:test";
import { type BenchFigures, compareBench } from "#simulate/bench/bench-figures.js";

const recorded: BenchFigures = {
  format: "hotpod.simulate-bench/v1",
  date: "2026-11-26",
  machine: "2 cores",
  podSecondsPerSecond: 1_000_000,
  podSecondsPerSecondFastForward: 8_000_000,
  rssBytes: 100e6,
  exactRunMs: 20,
  recommendMs: 100,
  yardstickPerS: 50,
  cpuShare: 1,
};

test("a fifth slower is still kept, more is a loss", () => {
  const measured = (podSecondsPerSecond: number) => ({ ...recorded, podSecondsPerSecond });
  assert.deepEqual(compareBench(recorded, measured(800_000)), { kind: "kept" });
  assert.deepEqual(compareBench(recorded, measured(750_000)), {
    kind: "lost",
    losses: [{ figure: "podSecondsPerSecond", recorded: 1e6, measured: 750_000, loss: 0.25 }],
  });
});

test("more memory and longer runs are losses, less and shorter are not", () => {
  const worse = compareBench(recorded, { ...recorded, rssBytes: 150e6, exactRunMs: 40 });
  assert.ok(worse.kind === "lost");
  assert.deepEqual(
    worse.losses.map(({ figure, loss }) => [figure, loss]),
    [
      ["rssBytes", 0.5],
      ["exactRunMs", 1],
    ],
  );
  const better = { ...recorded, rssBytes: 1, podSecondsPerSecond: 9e9 };
  assert.equal(compareBench(recorded, better).kind, "kept");
});

test("another machine, or a busy one, says nothing", () => {
  const slow = { ...recorded, podSecondsPerSecond: 1 };
  for (const measured of [
    { ...slow, yardstickPerS: 30 },
    { ...slow, yardstickPerS: 60 },
    { ...slow, cpuShare: 0.8 },
  ]) {
    assert.equal(compareBench(recorded, measured).kind, "incomparable");
    assert.equal(compareBench(measured, recorded).kind, "incomparable");
  }
});
