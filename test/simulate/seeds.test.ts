import assert from "node:assert/strict";
import { test } from "node:test";
import { simulateSeed } from "#simulate/simulate-seed.js";

const SEEDS = 2_000;

test(`the invariants hold after every step of ${SEEDS} random lives`, () => {
  let steps = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = simulateSeed(seed);
    steps += outcome.steps;
    const replay = `replay with: npm run simulate -- --seed ${seed}`;
    assert.equal(outcome.failure, null, `seed ${seed}: ${outcome.failure}; ${replay}`);
  }
  assert.ok(steps > SEEDS * 50, `only ${steps} steps: the lives are too dull to prove anything`);
});

test("the same seed makes the same life, another seed another one", () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const { hash, steps } = simulateSeed(seed);
    const again = simulateSeed(seed, undefined, true);
    assert.equal(again.hash, hash);
    assert.equal(again.steps, steps);
    hashes.add(hash);
  }
  assert.equal(hashes.size, 20);
});

test("together the lives see everything that can happen", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 150; seed++) {
    for (const line of simulateSeed(seed, undefined, true).trace) {
      const notice = /“([a-z-]+)/.exec(line)?.[1];
      if (notice !== undefined) seen.add(notice);
    }
  }
  const rare = [
    "rolled-back",
    "crash-limit-reached",
    "memory-short",
    "grace-exhausted",
    "unhealthy",
  ];
  for (const kind of [
    ...rare,
    "candidate-failed",
    "candidate-withdrawn",
    "canary-started",
    "canary-withdrawn",
    "probation-passed",
    "build-cancelled",
    "stopped",
  ]) {
    assert.ok(seen.has(kind), `no life saw "${kind}"`);
  }
});
