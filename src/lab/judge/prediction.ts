import type { Assertion, Measure } from "#model/lab/lab-report.js";

/** What is expected of a measure, decided before it is taken. */
export interface Prediction {
  /** `key`, of the same arm; or `arm.key`. */
  readonly measure: string;
  readonly is: Comparison;
  /** Why it has to be so: one sentence. */
  readonly because: string;
}

export type Comparison =
  | { readonly op: "=" | "≠" | ">" | "≥" | "<" | "≤"; readonly to: Operand }
  | { readonly op: "matches"; readonly pattern: RegExp };

/** A number, a text, or another measure, times a factor. */
export type Operand =
  | number
  | string
  | { readonly measure: string; readonly times?: number; readonly plus?: number };

type Make = (to: Operand) => Comparison;
const by =
  (op: "=" | "≠" | ">" | "≥" | "<" | "≤"): Make =>
  (to) => ({ op, to });

export const equals = by("=");
export const differs = by("≠");
export const above = by(">");
export const atLeast = by("≥");
export const below = by("<");
export const atMost = by("≤");
export const matches = (pattern: RegExp): Comparison => ({ op: "matches", pattern });

export function predict(measure: string, is: Comparison, because: string): Prediction {
  return { measure, is, because };
}

/** Finds a measure by its name; null: it was not taken. */
export type LookUp = (measure: string) => Measure | null;

/** `rename.enoent = 0` */
export function exprOf({ measure, is }: Prediction): string {
  if (is.op === "matches") return `${measure} matches ${is.pattern}`;
  return `${measure} ${is.op} ${operandText(is.to)}`;
}

/** A measure that was not taken is never as predicted. */
export function check(prediction: Prediction, lookUp: LookUp): Assertion {
  const { measure, is, because } = prediction;
  const expr = exprOf(prediction);
  const found = lookUp(measure);
  if (found === null) return { expr, because, ok: false, actual: null };
  const value = figureOf(found);
  const actual = `${value}`;
  if (is.op === "matches") {
    return { expr, because, ok: is.pattern.test(actual), actual };
  }
  const to = resolve(is.to, lookUp);
  return { expr, because, ok: to !== null && holds(value, is.op, to), actual };
}

/** The single value by which a measure is compared: of a spread its median. */
export function figureOf(measure: Measure): number | string {
  return measure.kind === "spread" ? measure.p50 : measure.value;
}

function resolve(operand: Operand, lookUp: LookUp): number | string | null {
  if (typeof operand !== "object") return operand;
  const found = lookUp(operand.measure);
  if (found === null) return null;
  const value = figureOf(found);
  if (typeof value === "string") return value;
  return value * (operand.times ?? 1) + (operand.plus ?? 0);
}

function holds(
  value: number | string,
  op: Exclude<Comparison["op"], "matches">,
  to: number | string,
): boolean {
  switch (op) {
    case "=":
      return value === to;
    case "≠":
      return value !== to;
    default:
      return typeof value === "number" && typeof to === "number" && ordered(value, op, to);
  }
}

function ordered(value: number, op: ">" | "≥" | "<" | "≤", to: number): boolean {
  switch (op) {
    case ">":
      return value > to;
    case "≥":
      return value >= to;
    case "<":
      return value < to;
    case "≤":
      return value <= to;
  }
}

function operandText(operand: Operand): string {
  if (typeof operand === "number") return `${operand}`;
  if (typeof operand === "string") return JSON.stringify(operand);
  const { measure, times = 1, plus = 0 } = operand;
  const product = times === 1 ? measure : `${times} × ${measure}`;
  return plus === 0 ? product : `${product} ${plus < 0 ? "−" : "+"} ${Math.abs(plus)}`;
}
