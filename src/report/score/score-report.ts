import type { CheckPlace, CheckProblem, FormulaFigure } from "#report/check/check-report.js";

/** What `hotpod score` found. One value, every format is made of it. */
export interface ScoreReport {
  /** Of hotpod. */
  readonly version: string;
  readonly ruleset: number;
  /** Of what is known of reload tools. */
  readonly toolTable: string;
  /** By indicator. */
  readonly weights: Readonly<Record<string, number>>;
  /** Indicators whose weight hotpod.yaml changes. */
  readonly changedWeights: readonly string[];
  readonly fleet: FleetSummary;
  /** In the order in which something is to be done. */
  readonly services: readonly ServiceScore[];
  /** Places that mend several services at once. */
  readonly shared: readonly SharedPlace[];
  /** What could not be read; everything else was scored all the same. */
  readonly problems: readonly CheckProblem[];
  /** What was decided about the input, in sentences. */
  readonly notes: readonly string[];
}

export interface FleetSummary {
  readonly services: number;
  readonly below60: number;
  readonly measureFirst: number;
  /** Of the totals; null: there is none. */
  readonly median: number | null;
  /** Against an older report; null: none was given. */
  readonly since: Since | null;
}

export interface Since {
  readonly median: number | null;
  /** Services that crossed 60. */
  readonly risen: readonly string[];
  readonly fallen: readonly string[];
  /** Services that were not there, and that are not there any more. */
  readonly come: readonly string[];
  readonly gone: readonly string[];
}

export type ScoreList = "fix first" | "measure first" | "fine";

export interface ServiceScore {
  readonly rank: number;
  readonly list: ScoreList;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly total: number;
  /** In the older report; null: not there. */
  readonly before: number | null;
  readonly range: readonly [least: number, most: number];
  /** 0 to 1. */
  readonly coverage: number;
  readonly band: string;
  readonly cap: { readonly at: number; readonly rule: string } | null;
  readonly priority: {
    readonly value: number;
    readonly certain: number;
    readonly exposure: number;
    readonly effort: number;
  } | null;
  /** The lowest first. */
  readonly lowest: readonly string[];
  readonly steps: readonly ScoreStep[];
  /** What would close most of what is unknown, the first most. */
  readonly wanting: readonly { readonly say: string; readonly points: number }[];
  readonly indicators: readonly ScoredIndicator[];
}

export interface ScoreStep {
  readonly fix: {
    readonly kind: "safe" | "suggested" | "by hand";
    readonly title: string;
    /** Rules and groups. */
    readonly about: readonly string[];
  };
  readonly from: number;
  readonly to: number;
  readonly gain: number;
  readonly effort: number;
  readonly place: CheckPlace | null;
  /** Unified, by file; empty: it is done by hand. */
  readonly patch: readonly { readonly file: string; readonly diff: string }[];
}

export interface ScoredIndicator {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  /** 0 to 100; null: too little is known of it. */
  readonly score: number | null;
  readonly coverage: number;
  readonly step: string;
  /** A rule that fails and keeps the score so low, whatever is earned; null: none does. */
  readonly bound: { readonly rule: string; readonly most: number } | null;
  readonly groups: readonly ScoredGroup[];
}

export interface ScoredGroup {
  readonly id: string;
  readonly name: string;
  readonly formula: string;
  readonly state: "earned" | "partly" | "lost" | "unknown" | "not applicable";
  readonly points: number;
  readonly earned: number | null;
  readonly rules: readonly string[];
  readonly inputs: readonly FormulaFigure[];
  readonly missing: readonly string[];
  readonly message: string | null;
  readonly location: CheckPlace | null;
  readonly step: string;
}

export interface SharedPlace {
  readonly place: string;
  readonly title: string;
  readonly gain: number;
  readonly services: readonly string[];
}

export const COVERAGE_MIN = 0.6;

/** `shop/Deployment/orders` */
export function serviceName({
  namespace,
  kind,
  name,
}: Pick<ServiceScore, "namespace" | "kind" | "name">): string {
  return `${namespace}/${kind}/${name}`;
}

/** Bracketed where little is known. */
export function totalText({ total, coverage }: ServiceScore): string {
  return coverage < COVERAGE_MIN ? `(${total})` : String(total);
}

export const percentText = (share: number): string => `${Math.round(100 * share)} %`;
