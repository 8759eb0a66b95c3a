/** Points of one group. */
export interface GroupPoints {
  readonly points: number;
  /** Of them; null: it is not known. */
  readonly earned: number | null;
}

export interface IndicatorPoints {
  readonly weight: number;
  /** What applies; empty: the indicator is left out without trace. */
  readonly groups: readonly GroupPoints[];
  /** Its score is at most this, whatever it earns. */
  readonly most?: number;
}

export interface IndicatorTotal {
  /** 0 to 100; null: too little is known of it, so it is left out. */
  readonly score: number | null;
  /** Of its points, the share that is known, 0 to 1. */
  readonly coverage: number;
}

export interface Total {
  /** Before caps and rounding, 0 to 100. */
  readonly raw: number;
  /** With all that is unknown lost, and earned. */
  readonly least: number;
  readonly most: number;
  /** 0 to 1. */
  readonly coverage: number;
}

/** Below this share of known points an indicator says nothing. */
const COVERAGE_MIN = 0.5;

export function indicatorTotal(one: IndicatorPoints): IndicatorTotal {
  const { earned, known, all } = sums(one);
  const coverage = all === 0 ? 0 : known / all;
  if (coverage < COVERAGE_MIN) return { score: null, coverage };
  return { score: bounded(one, (100 * earned) / known), coverage };
}

/** An indicator of which too little is known counts as wholly unknown in the range, and not at all in the total. */
export function totalOf(indicators: readonly IndicatorPoints[]): Total {
  const all = indicators.filter(({ groups }) => groups.some(({ points }) => points > 0));
  const totals = all.map((one) => ({ one, ...indicatorTotal(one), ...sums(one) }));
  const counted = totals.filter(({ score }) => score !== null);
  return {
    raw: meanOf(counted, ({ score }) => score ?? 0),
    least: meanOf(totals, ({ one, score, ...sum }) =>
      score === null ? 0 : bounded(one, (100 * sum.earned) / sum.all),
    ),
    most: meanOf(totals, ({ one, score, ...sum }) =>
      score === null ? 100 : bounded(one, (100 * (sum.earned + sum.all - sum.known)) / sum.all),
    ),
    coverage: meanOf(totals, ({ coverage }) => coverage),
  };
}

function sums({ groups }: IndicatorPoints): { earned: number; known: number; all: number } {
  let [earned, known, all] = [0, 0, 0];
  for (const group of groups) {
    all += group.points;
    if (group.earned === null) continue;
    known += group.points;
    earned += group.earned;
  }
  return { earned, known, all };
}

const bounded = ({ most }: IndicatorPoints, score: number): number => Math.min(score, most ?? 100);

/** Weighted; 0 of nothing. */
function meanOf<T extends { readonly one: IndicatorPoints }>(
  all: readonly T[],
  of: (one: T) => number,
): number {
  const weight = all.reduce((sum, { one }) => sum + one.weight, 0);
  if (weight === 0) return 0;
  return all.reduce((sum, each) => sum + each.one.weight * of(each), 0) / weight;
}

/** Half a point rounds up. */
export const rounded = (score: number): number => Math.floor(score + 0.5);
