import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mutation, mutations } from "#simulate/mutations.js";
import { type Outcome, simulateSeed } from "#simulate/simulate-seed.js";

/** A breakage that so many lives do not show would go unnoticed in the suite, too. */
const SEEDS_MAX = 1_000;

for (const mutation of mutations) {
  test(`the checkers see it when the core is broken: ${mutation.name}`, () => {
    const outcome = firstFailure(mutation);
    assert.ok(outcome?.failure, `${SEEDS_MAX} lives did not show it`);
    const watches = outcome.failure.split(":")[0] ?? "";
    const expected = mutation.breaks.join(", ");
    assert.ok(
      mutation.breaks.includes(watches),
      `seed ${outcome.seed} found "${outcome.failure}" instead of a breach of ${expected}`,
    );
  });
}

function firstFailure({ core }: Mutation): Outcome | null {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const outcome = simulateSeed(seed, core);
    if (outcome.failure !== null) return outcome;
  }
  return null;
}
