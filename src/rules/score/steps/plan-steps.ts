import type { Source } from "#manifest/text/source.js";
import { cappingFindings, type WorkloadScore } from "#rules/score/score-workload.js";
import { type Candidate, candidatesOf } from "./candidates.js";
import {
  type ChangeContext,
  type ChangedText,
  type ChangeState,
  changedTexts,
  startState,
} from "./change-state.js";
import { sharedKey } from "./shared-key.js";

/** One thing to do, tried out after those before it. */
export interface Step {
  readonly kind: Candidate["kind"];
  readonly title: string;
  /** Rules and groups. */
  readonly about: readonly string[];
  readonly effort: number;
  /** Totals. */
  readonly from: number;
  readonly to: number;
  /** With it made. */
  readonly after: WorkloadScore;
  readonly at: Source | null;
  /** Empty: it is done by hand. */
  readonly texts: readonly ChangedText[];
  /** The same for services that would be mended in the same place; null: it is this one's alone. */
  readonly shared: string | null;
}

/** The total that steps lead to. */
export const GOAL = 60;

/** More are no plan that anybody follows. */
const STEPS_MAX = 12;

/** Of two scores: what is nearer to the goal. An error that caps hides what else is mended, so each counts on its own. */
const CAP_POINTS = 5;

/**
 * What brings a workload to the goal: every candidate is tried out on a copy and scored again, the one that brings most for its
 * effort is taken, and again; then what turned out not to be needed is left out, from the last to the first.
 */
export function planSteps(score: WorkloadScore, context: ChangeContext): readonly Step[] {
  const start = startState(score);
  const chosen: string[] = [];
  const refused = new Set<string>();
  let state = start;
  while (state.score.total < GOAL && chosen.length < STEPS_MAX) {
    const next = bestOf(state, context, refused);
    if (next === null) break;
    const after = next.done(context);
    if (after === null) {
      refused.add(next.key);
      continue;
    }
    chosen.push(next.key);
    state = after;
  }
  return replayed(start, withoutIdle(start, chosen, context), context).steps;
}

/** The one step that brings most for its effort; null: nothing does. */
export function nextStep(score: WorkloadScore, context: ChangeContext): Step | null {
  const start = startState(score);
  const refused = new Set<string>();
  for (;;) {
    const next = bestOf(start, context, refused);
    if (next === null) return null;
    const after = next.done(context);
    if (after !== null) return stepOf(next, start, after, context);
    refused.add(next.key);
  }
}

/** Every step that can be done first, with what it brings by itself; the best first. */
export function firstSteps(score: WorkloadScore, context: ChangeContext): readonly Step[] {
  const start = startState(score);
  return ranked(start, context, new Set()).flatMap(({ candidate }) => {
    const after = candidate.done(context);
    return after === null ? [] : [stepOf(candidate, start, after, context)];
  });
}

const bestOf = (
  state: ChangeState,
  context: ChangeContext,
  refused: ReadonlySet<string>,
): Candidate | null => ranked(state, context, refused)[0]?.candidate ?? null;

function ranked(
  state: ChangeState,
  context: ChangeContext,
  refused: ReadonlySet<string>,
): readonly Ranked[] {
  const now = merit(state, context);
  const useful = candidatesOf(state, context)
    .filter(({ key }) => !refused.has(key))
    .flatMap((candidate): Ranked[] => {
      const after = candidate.tried(context);
      const value = after === null ? 0 : (merit(after, context) - now) / candidate.effort;
      return value > 1e-6 ? [{ candidate, value }] : [];
    });
  // What a patch does nobody has to do by hand.
  const patched = new Set(
    useful.flatMap(({ candidate: { fix, about } }) => (fix === null ? [] : about)),
  );
  return useful
    .filter(({ candidate: { fix, about } }) => fix !== null || !about.some((id) => patched.has(id)))
    .toSorted((a, b) => b.value - a.value || (a.candidate.key < b.candidate.key ? -1 : 1));
}

interface Ranked {
  readonly candidate: Candidate;
  /** Merit for its effort. */
  readonly value: number;
}

function merit({ score, assumed }: ChangeState, context: ChangeContext): number {
  const capping = new Set(
    cappingFindings(score.verdicts, assumed, context).map(({ rule }) => rule.id),
  );
  return Math.min(score.bare.raw, score.cap?.at ?? 100) - CAP_POINTS * capping.size;
}

/** The last one is needed, or the plan would have ended before it. */
function withoutIdle(
  start: ChangeState,
  chosen: readonly string[],
  context: ChangeContext,
): readonly string[] {
  const reached = (keys: readonly string[]): boolean =>
    replayed(start, keys, context).state.score.total >= GOAL;
  if (chosen.length < 2 || !reached(chosen)) return chosen;
  let kept = chosen;
  for (const key of chosen.slice(0, -1).toReversed()) {
    const fewer = kept.filter((one) => one !== key);
    if (reached(fewer)) kept = fewer;
  }
  return kept;
}

/** A step that is no longer there has been made needless by the others. */
function replayed(
  start: ChangeState,
  keys: readonly string[],
  context: ChangeContext,
): { readonly state: ChangeState; readonly steps: readonly Step[] } {
  let state = start;
  const steps: Step[] = [];
  for (const key of keys) {
    const candidate = candidatesOf(state, context).find((one) => one.key === key);
    const after = candidate?.done(context) ?? null;
    if (candidate === undefined || after === null) continue;
    steps.push(stepOf(candidate, state, after, context));
    state = after;
  }
  return { state, steps };
}

function stepOf(
  candidate: Candidate,
  before: ChangeState,
  after: ChangeState,
  context: ChangeContext,
): Step {
  const { kind, effort, title, about, at } = candidate;
  return {
    kind,
    title,
    about,
    effort,
    from: before.score.total,
    to: after.score.total,
    after: after.score,
    at,
    texts: changedTexts(before, after, context),
    shared: sharedKey(candidate, before),
  };
}
