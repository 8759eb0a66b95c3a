import type { Likelihood, Origin } from "#model/life/life-report.js";
import { fixedGiven, sampledGiven } from "#simulate/life/given.js";
import type { Distribution, LifeInput } from "#simulate/life/life-input.js";
import type { LifeRun } from "#simulate/life/run-life.js";
import { streamOf } from "#simulate/life/time/stream.js";
import { type Axis, axesOf } from "./axis.js";
import { exploreAxis } from "./explore-axis.js";
import { firstVerdict } from "./first-verdict.js";
import { keyOf } from "./life-outcome.js";
import { type Mixture, ofCells, ofRuns } from "./mixture.js";
import { play, type Stage, stageOf } from "./stage.js";

/** What happens under one input, over everything that it leaves open. */
export interface Survey {
  /** The run that is shown. */
  readonly drawn: LifeRun;
  readonly joint: Mixture;
  /** Workers whose phase makes a difference. */
  readonly workers: readonly WorkerPhases[];
}

export interface WorkerPhases {
  readonly axis: Axis;
  /** Over its phases, however everything else falls; null: that matters, too. */
  readonly mixture: Mixture | null;
  /** When it first reaches its threshold, where no more can be said exactly. */
  readonly verdict: Likelihood | null;
}

export interface SurveyOptions {
  /** Where not everything can be said exactly: so many samples. */
  readonly runs: number;
}

type Corner = "earliest" | "expected" | "latest";

export function survey(input: LifeInput, { runs }: SurveyOptions): Survey {
  const { phase } = input;
  const stage = stageOf(input);
  switch (phase.kind) {
    case "earliest":
    case "expected":
    case "latest": {
      const { run, outcome } = play(stage, fixedGiven(input, phase.kind), { events: true });
      const origin = { kind: "point", phase: phase.kind } as const;
      return { drawn: run, joint: ofRuns([outcome], origin), workers: [] };
    }
    case "sampled": {
      const { run } = play(stage, sampledGiven(input, input.seed), { events: true });
      return { drawn: run, joint: sampled(stage, phase.runs), workers: [] };
    }
    case "exact":
      return exact(stage, runs);
  }
}

/** Where a worker takes its ticks from the container's start, what is done to the pod falls anywhere in its period instead. */
function sampled(stage: Stage, runs: number): Mixture {
  const { input } = stage;
  const axis = axesOf(input).find(({ moves }) => moves === "events");
  const withinUs = axis === undefined || stage.warmUpUs > 0 ? 0 : axis.periodUs;
  const outcomes = Array.from({ length: runs }, (_, index) => {
    const seed = input.seed + index;
    const shiftUs = Math.floor(streamOf(seed, "events").next() * withinUs);
    return play(stage, sampledGiven(input, seed), { events: false, shiftUs }).outcome;
  });
  const origin: Origin =
    runs === 1 ? { kind: "point", phase: `seed ${input.seed}` } : { kind: "sampled", runs };
  return ofRuns(outcomes, origin);
}

/**
 * One worker at a time, over all its phases. Where that is the same however everything else falls, at its earliest, in its middle
 * and at its latest, it is said exactly; what several workers do together, or what varies as measured, is sampled.
 */
function exact(stage: Stage, runs: number): Survey {
  const { input } = stage;
  const { run: drawn, outcome } = play(stage, fixedGiven(input, "expected"), { events: true });
  if (!isMeasuredExactly(input) || stage.direct !== null) {
    return { drawn, joint: sampled(stage, runs), workers: [] };
  }
  const active = activeWorkers(input);
  const [only, ...others] = active;
  if (only === undefined) {
    const middle = ofRuns([outcome], { kind: "exact" });
    const same = corners.every((corner) => isAlike(middle, at(stage, corner)));
    return { drawn, joint: same ? middle : sampled(stage, runs), workers: [] };
  }
  const alone = others.length === 0 ? only.mixture : null;
  return { drawn, joint: alone ?? sampled(stage, runs), workers: active };
}

/** Workers whose phase makes a difference. */
function activeWorkers(input: LifeInput): WorkerPhases[] {
  const base = fixedGiven(input, "expected");
  const suspects = axesOf(input).filter(
    (axis) => firstVerdict(input, axis, base, "bound")?.share !== 0,
  );
  return suspects.flatMap((axis): WorkerPhases[] => {
    const mixture = explore(input, axis, "expected");
    if (mixture !== null && isAlwaysTheSame(mixture)) return [];
    const firm =
      mixture !== null && corners.every((corner) => isAlike(mixture, explore(input, axis, corner)));
    if (firm) return [{ axis, mixture, verdict: null }];
    return [{ axis, mixture: null, verdict: firstVerdict(input, axis, base, "exact") }];
  });
}

const corners = ["earliest", "latest"] as const;

function at(stage: Stage, corner: Corner): Mixture {
  const { outcome } = play(stage, fixedGiven(stage.input, corner), { events: false });
  return ofRuns([outcome], { kind: "exact" });
}

function explore(input: LifeInput, axis: Axis, corner: Corner): Mixture | null {
  const cells = exploreAxis(input, axis, fixedGiven(input, corner));
  return cells === null ? null : ofCells(cells);
}

/** Every duration is one number: nothing is drawn. */
function isMeasuredExactly({ service, node }: LifeInput): boolean {
  const { init, ...rest } = service;
  const measured = [...Object.values(rest), ...Object.values(init)].filter(
    (value): value is Distribution =>
      typeof value === "object" && value !== null && "kind" in value && isDistribution(value),
  );
  const fixed = measured.every(({ kind }) => kind === "const");
  return fixed && node.requeueJitter >= 1;
}

const KINDS = ["const", "uniform", "lognormal", "quantiles", "empirical"];
const isDistribution = (value: { readonly kind: string }): boolean => KINDS.includes(value.kind);

function isAlwaysTheSame({ parts }: Mixture): boolean {
  const [first] = parts;
  if (first === undefined) return true;
  return parts.every(
    (part) =>
      keyOf(part.outcome) === keyOf(first.outcome) &&
      [part.first, part.last].every((values) => isNear(values, first.first)),
  );
}

/** The same happens, as often, to the same amount. */
function isAlike(one: Mixture, other: Mixture | null): boolean {
  if (other === null) return false;
  const [mine, its] = [summary(one), summary(other)];
  if (mine.size !== its.size) return false;
  return [...mine].every(([key, values]) => {
    const found = its.get(key);
    return found !== undefined && isNear(values, found);
  });
}

/** By key: its share, and the means of its values. */
function summary({ parts, weight }: Mixture): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const part of parts) {
    const key = keyOf(part.outcome);
    const sums = found.get(key) ?? [0, ...part.first.map(() => 0)];
    const share = part.weight / weight;
    const means = part.first.map((value, index) => (value + (part.last[index] ?? 0)) / 2);
    const next = [share * 1e6, ...means.map((mean) => mean * share)];
    found.set(
      key,
      sums.map((sum, index) => sum + (next[index] ?? 0)),
    );
  }
  return found;
}

/** Within a few microseconds, or the rounding of sums. */
function isNear(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, index) => {
    const its = other[index] ?? 0;
    return Math.abs(value - its) <= 3 + 1e-6 * Math.abs(value);
  });
}
