import { nearest } from "#base/nearest.js";
import { parseDuration } from "#base/time.js";
import type { InputProblem } from "#manifest/input-problem.js";
import type { Micros } from "#model/life/life-event.js";

/** A word of a plan (saves, faults), with where it stands. */
export interface Token {
  readonly text: string;
  readonly where: string;
}

/** One entry of a plan: what stands between commas, or on a line of a file. */
export type Entry = readonly Token[];

/** Thrown inside of a parser, and caught by it: the first mistake of an entry is told. */
export class PlanError extends Error {
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(problem.what);
    this.problem = problem;
  }
}

/** Splits a flag's text, or a file's, into entries of words. `name`: `--saves`, or the file. Comments begin with #. */
export function entriesOf(text: string, name: string, isFile: boolean): Entry[] {
  const entries: Entry[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const place = (column: number): string =>
      isFile ? `${name}:${index + 1}:${column}` : `${name}, column ${column}`;
    const spoken = line.replace(/#.*$/, "");
    for (const part of spoken.matchAll(/[^,]+/g)) {
      const words = [...part[0].matchAll(/[^\s:]+/g)].map((match) => ({
        text: match[0],
        where: place(part.index + match.index + 1),
      }));
      if (words.length > 0) entries.push(words);
    }
  }
  return entries;
}

/** Longer simulations are refused, so later instants are too. */
const LATEST_US = 30 * 24 * 3_600_000_000;

/** `12` and `12.5` are seconds; `1m30s`, `300ms` what they say. */
export function microsOf(token: Token, text = token.text): Micros {
  const us = microsOfText(text);
  if (us === null) {
    throw new PlanError({
      where: token.where,
      what: `${JSON.stringify(text)} is no time`,
      hint: "Times are seconds (12.5) or durations (300ms, 1m30s).",
    });
  }
  return us;
}

/** null: no time, or one beyond every simulation. */
export function microsOfText(text: string): Micros | null {
  const ms = /^\d*\.?\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === null) return null;
  const us = Math.round(ms * 1000);
  return us <= LATEST_US ? us : null;
}

/** The word among those allowed, or an error that names the nearest of them. */
export function wordOf<W extends string>(token: Token, words: readonly W[], what: string): W {
  const found = words.find((word) => word === token.text);
  if (found !== undefined) return found;
  const near = nearest(token.text, words);
  throw new PlanError({
    where: token.where,
    what: `${JSON.stringify(token.text)} is no ${what}`,
    hint: near === null ? `One of ${words.join(", ")}.` : `Did you mean "${near}"?`,
  });
}

/** An entry that goes on where it should end. */
export function refuseRest(entry: Entry, from: number, form: string): void {
  const extra = entry[from];
  if (extra === undefined) return;
  throw new PlanError({
    where: extra.where,
    what: `${JSON.stringify(extra.text)} is too much here`,
    hint: `The form is ${form}.`,
  });
}

/** Reads every entry; what cannot be read is told once for each. */
export function readEntries<T>(
  entries: readonly Entry[],
  read: (entry: Entry) => readonly T[],
): { readonly values: readonly T[]; readonly problems: readonly InputProblem[] } {
  const values: T[] = [];
  const problems: InputProblem[] = [];
  for (const entry of entries) {
    try {
      for (const value of read(entry)) values.push(value);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      problems.push(error.problem);
    }
  }
  return { values, problems };
}
