import { prng } from "#base/prng.js";

const ROUNDS = 2_000_000;

/** A fixed calculation that nothing of this program changes: how long it takes tells what the machine gives just now. */
export function yardstick(): number {
  const random = prng(1);
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) sum += random.below(1_000);
  return sum;
}
