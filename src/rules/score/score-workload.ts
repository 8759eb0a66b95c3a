import { judgeWorkload } from "#rules/judge/judge.js";
import type { Rule } from "#rules/rule/rule.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { INDICATORS, type Indicator, type PointGroup } from "./indicators.js";
import { type Earned, verdictOf } from "./verdict-of.js";

export interface IndicatorScore {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  /** 0 to 100; null: too little is known of it. */
  readonly score: number | null;
  /** Of its points, the share that is known, 0 to 1. */
  readonly coverage: number;
  readonly step: string;
}

export interface WorkloadScore {
  readonly workload: WorkloadSubject;
  /** 0 to 100. */
  readonly total: number;
  /** With all that is unknown lost, and earned. */
  readonly range: readonly [least: number, most: number];
  readonly coverage: number;
  readonly band: "ready" | "usable" | "fix first" | "do not hot-update";
  /** Why it is not higher, whatever the points say; null: it is not capped. */
  readonly cap: { readonly at: number; readonly rule: string } | null;
  readonly indicators: readonly IndicatorScore[];
}

interface Points {
  readonly earned: number;
  readonly lost: number;
  readonly unknown: number;
}

/** Below this share of known points an indicator says nothing. */
const COVERAGE_MIN = 0.5;

/** null: nothing of the workload is updated while it runs. */
export function scoreWorkload(
  workload: WorkloadSubject,
  rules: readonly Rule[],
): WorkloadScore | null {
  if (!workload.running.some(({ isHot }) => isHot)) return null;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const scored = INDICATORS.map((indicator) => ({
    indicator,
    points: pointsOf(indicator, workload, byId),
  })).filter(({ points }) => points.earned + points.lost + points.unknown > 0);
  const all = scored.map(({ indicator, points }) => ({ weight: indicator.weight, points }));
  const counted = all.filter(({ points }) => coverageOf(points) >= COVERAGE_MIN);
  const cap = capOf(workload, rules);
  const limit = (score: number): number => Math.min(Math.floor(score + 0.5), cap?.at ?? 100);
  const total = limit(meanOf(counted, ({ earned, lost }) => earned / (earned + lost)));
  const share = (points: Points): number =>
    coverageOf(points) >= COVERAGE_MIN ? points.unknown : pointsIn(points);
  const least = meanOf(all, (points) => (wholly(points) ? 0 : points.earned) / pointsIn(points));
  const most = meanOf(all, (points) => {
    const known = wholly(points) ? 0 : points.earned;
    return (known + share(points)) / pointsIn(points);
  });
  return {
    workload,
    total,
    range: [Math.min(limit(least), total), Math.max(limit(most), total)],
    coverage: meanOf(all, coverageOf) / 100,
    band: bandOf(total),
    cap,
    indicators: scored.map(({ indicator, points }) => ({
      id: indicator.id,
      name: indicator.name,
      weight: indicator.weight,
      score: wholly(points) ? null : (100 * points.earned) / (points.earned + points.lost),
      coverage: coverageOf(points),
      step: indicator.step,
    })),
  };
}

const pointsIn = ({ earned, lost, unknown }: Points): number => earned + lost + unknown;
const coverageOf = (points: Points): number => (points.earned + points.lost) / pointsIn(points);
/** So little is known that all of it counts as unknown. */
const wholly = (points: Points): boolean => coverageOf(points) < COVERAGE_MIN;

/** Weighted, times 100; 0 of nothing. */
function meanOf(
  all: readonly { readonly weight: number; readonly points: Points }[],
  of: (points: Points) => number,
): number {
  const weight = all.reduce((sum, one) => sum + one.weight, 0);
  if (weight === 0) return 0;
  return (100 * all.reduce((sum, one) => sum + one.weight * of(one.points), 0)) / weight;
}

function pointsOf(
  { groups }: Indicator,
  workload: WorkloadSubject,
  rules: ReadonlyMap<string, Rule>,
): Points {
  let [earned, lost, unknown] = [0, 0, 0];
  for (const group of groups) {
    for (const [points, share] of sharesOf(group, workload, rules)) {
      if (share === "unknown") unknown += points;
      else if (share !== "absent") {
        earned += points * share;
        lost += points * (1 - share);
      }
    }
  }
  return { earned, lost, unknown };
}

/** Points, and what of them is earned. What does not apply leaves its points to the others of its group. */
function sharesOf(
  group: PointGroup,
  workload: WorkloadSubject,
  rules: ReadonlyMap<string, Rule>,
): (readonly [points: number, share: Earned])[] {
  if ("of" in group) return [[group.points, group.of(workload)]];
  const verdicts = group.rules.map((id): Earned => {
    const rule = rules.get(id);
    return rule === undefined ? "unknown" : verdictOf(rule, workload);
  });
  const applying = verdicts.filter((one) => one !== "absent");
  if (applying.length === 0) return [];
  if (group.all !== true) return applying.map((one) => [group.points / applying.length, one]);
  const failed = applying.some((one) => typeof one === "number" && one < 1);
  if (failed) return [[group.points, 0]];
  return [[group.points, applying.includes("unknown") ? "unknown" : 1]];
}

const CAPPING = /^HP[12456]\d\d$/;

/** A workload that will certainly be killed cannot hide behind good style. */
function capOf(workload: WorkloadSubject, rules: readonly Rule[]): WorkloadScore["cap"] {
  const errors = judgeWorkload(workload, rules).filter(({ severity }) => severity === "error");
  const killed = errors.find(({ rule }) => rule.reason === "A" && CAPPING.test(rule.id));
  if (killed !== undefined) return { at: 59, rule: killed.rule.id };
  const exposed = errors.find(({ rule }) => rule.reason === "X");
  return exposed === undefined ? null : { at: 69, rule: exposed.rule.id };
}

function bandOf(total: number): WorkloadScore["band"] {
  if (total >= 85) return "ready";
  if (total >= 60) return "usable";
  return total >= 40 ? "fix first" : "do not hot-update";
}
