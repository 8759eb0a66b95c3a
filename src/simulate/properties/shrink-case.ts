import type { LifeInput } from "#simulate/life/life-input.js";
import { simplerCases } from "./simpler-cases.js";

export interface Shrunk {
  readonly input: LifeInput;
  /** Which simpler case was taken at each step. */
  readonly path: readonly number[];
  readonly runs: number;
}

/** More runs than these are not worth the waiting. */
export const SHRINK_RUNS_MAX = 2_000;

/** The simplest case that still fails, as far as single steps lead there. The same case always shrinks the same way. */
export function shrinkCase(
  failing: LifeInput,
  fails: (input: LifeInput) => boolean,
  runsMax = SHRINK_RUNS_MAX,
): Shrunk {
  const path: number[] = [];
  let input = failing;
  let runs = 0;
  // What did not help before will hardly help after the next step, so each round goes on from where the last one stopped.
  let from = 0;
  for (;;) {
    const simpler = simplerCases(input);
    let taken = -1;
    for (let tried = 0; tried < simpler.length && runs < runsMax; tried++) {
      const index = (from + tried) % simpler.length;
      runs++;
      if (!fails(simpler[index] as LifeInput)) continue;
      taken = index;
      break;
    }
    if (taken < 0) return { input, path, runs };
    path.push(taken);
    input = simpler[taken] as LifeInput;
    from = taken;
  }
}

/** The case at the end of a path. null: there is no such step. */
export function followPath(start: LifeInput, path: readonly number[]): LifeInput | null {
  let input = start;
  for (const step of path) {
    const next = simplerCases(input)[step];
    if (next === undefined) return null;
    input = next;
  }
  return input;
}
