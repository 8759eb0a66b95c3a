import type { Micros } from "#model/life/life-event.js";
import type { Figure, Likelihood, Origin } from "#model/life/life-report.js";
import { type LifeOutcome, valuesOf } from "./life-outcome.js";
import type { Cell } from "./partition-phases.js";

/** What happens, and how often: runs by seed, or the cells of all phases. */
export interface Mixture {
  readonly origin: Origin;
  /** Whole: microseconds of phases, or runs. */
  readonly weight: number;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly weight: number;
  readonly outcome: LifeOutcome;
  /** Times and amounts at both ends of the part, in the order of `valuesOf`. */
  readonly first: readonly number[];
  readonly last: readonly number[];
}

export function ofCells(cells: readonly Cell<LifeOutcome>[]): Mixture {
  const parts = cells.map(({ fromUs, toUs, outcome, first, last }) => ({
    ...{ weight: toUs - fromUs, outcome, first, last },
  }));
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  return { origin: { kind: "exact" }, weight, parts };
}

export function ofRuns(outcomes: readonly LifeOutcome[], origin: Origin): Mixture {
  const parts = outcomes.map((outcome) => {
    const values = valuesOf(outcome);
    return { weight: 1, outcome, first: values, last: values };
  });
  return { origin, weight: parts.length, parts };
}

/** The mean of something that is counted, or of a line. */
export function meanOf(mixture: Mixture, of: (part: Part) => number): Figure {
  const sum = mixture.parts.reduce((total, part) => total + part.weight * of(part), 0);
  return { value: sum / mixture.weight, origin: mixture.origin };
}

/** The mean of one of the values: over a cell it is a straight line. */
export function meanValue(mixture: Mixture, index: number): Figure {
  return meanOf(mixture, ({ first, last }) => ((first[index] ?? 0) + (last[index] ?? 0)) / 2);
}

/** How likely something is, and when it comes. `when`: the index among the values; null where there is no time to it. */
export function likelihoodIn(
  mixture: Mixture,
  happens: (outcome: LifeOutcome) => boolean,
  when: number | null,
): Likelihood {
  let weight = 0;
  let fromUs: Micros = Number.POSITIVE_INFINITY;
  let toUs: Micros = Number.NEGATIVE_INFINITY;
  // The end of a run's own instant lies one microsecond behind it.
  const open = mixture.origin.kind === "exact" ? 0 : 1;
  for (const part of mixture.parts) {
    if (!happens(part.outcome)) continue;
    weight += part.weight;
    if (when === null) continue;
    const times = [part.first[when] ?? 0, part.last[when] ?? 0];
    fromUs = Math.min(fromUs, ...times);
    toUs = Math.max(toUs, ...times.map((at) => at + open));
  }
  const interval =
    weight === 0 || when === null
      ? null
      : { fromUs: Math.round(fromUs), toUs: Math.max(Math.round(toUs), Math.round(fromUs) + 1) };
  return { share: weight / mixture.weight, interval, origin: mixture.origin };
}

/** Where the values of `valuesOf` stand. */
export const REQUEST_VALUES = ["refused", "reset", "eof", "timeout", "serverError"] as const;
export const DOWN_VALUE = 5;
const POD_VALUES = 6;
export const firstKillValue = (pod: number): number => POD_VALUES + 3 * pod;
export const firstNotReadyValue = (pod: number): number => POD_VALUES + 3 * pod + 1;
export const notReadyValue = (pod: number): number => POD_VALUES + 3 * pod + 2;
