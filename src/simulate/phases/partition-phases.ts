import type { Micros } from "#model/life/life-event.js";

/** One run at one phase. */
export interface Observed<T> {
  /** Equal for runs in which the same things happen, no matter when. */
  readonly key: string;
  /** Phases at which something else may happen, as far as this run tells: edges of outages, ends of delays. */
  readonly critical: readonly Micros[];
  /** Times and amounts, which are straight lines over the phases of a cell. */
  readonly values: readonly number[];
  readonly outcome: T;
}

/** Phases in which the same things happen, only later by as much as the phase is. */
export interface Cell<T> {
  readonly fromUs: Micros;
  /** Below this. */
  readonly toUs: Micros;
  /** Of one of its phases. */
  readonly outcome: T;
  /** The straight lines at `fromUs` and towards `toUs`. */
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/**
 * All phases of [0, periodUs), which are whole microseconds, in cells. A cell is split where a critical phase lies in it that both of
 * its ends know, and halved where its ends differ or its values are no straight lines; so the measure of a cell is exact, not
 * sampled. What happens only in the very microsecond of an edge is a tie between two events and has no measure. null: it would take more
 * than `runsMax` runs.
 */
export function partitionPhases<T>(
  periodUs: Micros,
  observe: (phaseUs: Micros) => Observed<T>,
  runsMax = Number.POSITIVE_INFINITY,
): Cell<T>[] | null {
  const seen = new Map<Micros, Observed<T>>();
  const at = (phaseUs: Micros): Observed<T> => {
    const known = seen.get(phaseUs);
    if (known !== undefined) return known;
    const observed = observe(phaseUs);
    seen.set(phaseUs, observed);
    return observed;
  };
  const pieces: Range[] = [];
  // Ranges still to be looked at, the next one last, so that they come out in order.
  const open: Range[] = [{ fromUs: 0, toUs: periodUs }];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const cut = cutOf(range, at);
    if (seen.size > runsMax) return null;
    if (cut === null) addPiece(pieces, range, at);
    else open.push({ ...range, fromUs: cut }, { ...range, toUs: cut });
  }
  return cellsOf(pieces, at, edgesOf(pieces, at));
}

interface Range {
  readonly fromUs: Micros;
  readonly toUs: Micros;
}

type At<T> = (phaseUs: Micros) => Observed<T>;

/** Where a new cell begins in a range. null: it is one. */
function cutOf(range: Range, at: At<unknown>): Micros | null {
  const { fromUs, toUs } = range;
  if (toUs - fromUs === 1) return null;
  const [first, last] = [at(fromUs), at(toUs - 1)];
  const middle = fromUs + Math.floor((toUs - fromUs) / 2);
  let best: Micros | null = null;
  for (const phase of commonEdges(first, last)) {
    if (phase <= fromUs || phase >= toUs) continue;
    if (best === null || Math.abs(phase - middle) < Math.abs(best - middle)) best = phase;
  }
  if (best !== null) return best;
  return first.key === last.key && isStraight(range, at) ? null : middle;
}

/** What moves along with the phase is no edge to it: two runs name another place. */
function commonEdges(one: Observed<unknown>, other: Observed<unknown>): Set<Micros> {
  const known = new Set(other.critical);
  return new Set(one.critical.filter((phase) => known.has(phase)));
}

/** In the middle and at a quarter the values are what their ends lead to expect. */
function isStraight(range: Range, at: At<unknown>): boolean {
  const width = range.toUs - 1 - range.fromUs;
  if (width < 2 || at(range.fromUs).values.length === 0) return true;
  return [Math.floor(width / 2), Math.floor(width / 4)].every((offset) =>
    isOnLine(range, range.fromUs + offset, at),
  );
}

function isOnLine({ fromUs, toUs }: Range, phaseUs: Micros, at: At<unknown>): boolean {
  const [first, last, between] = [at(fromUs), at(toUs - 1), at(phaseUs)];
  if (between.key !== first.key) return false;
  const part = (phaseUs - fromUs) / (toUs - 1 - fromUs);
  return between.values.every((value, index) => {
    const [from, to] = [first.values[index] ?? 0, last.values[index] ?? 0];
    // Fractions of requests, and microseconds that were rounded.
    return Math.abs(value - (from + (to - from) * part)) <= 2 + 1e-9 * Math.abs(value);
  });
}

/** Two pieces that halving has left are one where the same happens in both, along one line. */
function addPiece(pieces: Range[], piece: Range, at: At<unknown>): void {
  const before = pieces.at(-1);
  if (before !== undefined && at(before.fromUs).key === at(piece.toUs - 1).key) {
    const both = { fromUs: before.fromUs, toUs: piece.toUs };
    if ([before.toUs - 1, piece.fromUs].every((phase) => isOnLine(both, phase, at))) {
      pieces[pieces.length - 1] = both;
      return;
    }
  }
  pieces.push(piece);
}

/** Phases that two neighbours name. */
function edgesOf(pieces: readonly Range[], at: At<unknown>): Set<Micros> {
  const edges = new Set<Micros>();
  for (const { fromUs, toUs } of pieces) {
    for (const phase of commonEdges(at(fromUs), at(toUs - 1))) edges.add(phase);
  }
  return edges;
}

function cellsOf<T>(pieces: readonly Range[], at: At<T>, edges: ReadonlySet<Micros>): Cell<T>[] {
  const snapped = (phase: Micros): Micros => {
    if (edges.has(phase)) return phase;
    return edges.has(phase - 1) ? phase - 1 : edges.has(phase + 1) ? phase + 1 : phase;
  };
  const last = pieces.at(-1)?.toUs ?? 0;
  return pieces.flatMap((piece): Cell<T>[] => {
    const fromUs = snapped(piece.fromUs);
    const toUs = piece.toUs === last ? last : snapped(piece.toUs);
    // A piece of one microsecond at an edge is a tie: its neighbour begins there.
    if (toUs <= fromUs) return [];
    return [
      { fromUs, toUs, outcome: at(piece.fromUs).outcome, ...linesOf(piece, at, fromUs, toUs) },
    ];
  });
}

/** The straight lines at the ends of the cell, which are up to a microsecond beside those of the runs. */
function linesOf(piece: Range, at: At<unknown>, fromUs: Micros, toUs: Micros) {
  const [low, high] = [piece.fromUs, piece.toUs - 1];
  const [one, other] = [at(low).values, at(high).values];
  const line = (phase: Micros): number[] =>
    one.map((value, index) => {
      if (high === low) return value;
      return value + (((other[index] ?? value) - value) / (high - low)) * (phase - low);
    });
  return { first: line(fromUs), last: line(toUs) };
}
