import { printable } from "#report/text/printable.js";
import { wrapText } from "#report/text/wrap-text.js";
import type { ScoredGroup, ScoredIndicator, ScoreStep } from "./score-report.js";
import { stepText } from "./score-words.js";

/** One indicator of one service. */
export interface Explanation {
  readonly service: string;
  readonly indicator: ScoredIndicator;
  /** What can be done about it by itself, and the indicator's own score with it. */
  readonly steps: readonly { readonly step: ScoreStep; readonly score: number | null }[];
}

/** Formula, numbers put in, what is missing, and what each step would bring. */
export function explanationText(
  { service, indicator, steps }: Explanation,
  columns: number,
): string {
  const { id, name, weight, score, coverage, bound, groups } = indicator;
  const earned = sum(groups, ({ earned: of }) => of ?? 0);
  const known = sum(groups, (one) => (one.earned === null ? 0 : one.points));
  const what =
    score === null
      ? `unknown: ${Math.round(100 * coverage)} % of its points are known, and half are needed`
      : `${points(earned)} of ${points(known)} known points = ${Math.round(score)}`;
  return [
    printable(`${id} ${name}, weight ${weight}: ${service}`),
    `  ${what}`,
    ...(bound === null ? [] : [`  ${bound.rule} fails: at most ${bound.most}, whatever is earned`]),
    ...groups.flatMap((group) => ["", ...groupLines(group, columns)]),
    ...(steps.length === 0 ? [] : ["", "  What would raise it"]),
    ...steps.flatMap(({ step, score: then }) => {
      const [first = "", ...more] = wrapText(printable(stepText(step)), columns - 6);
      const own = `${id} ${scoreWord(score)} → ${scoreWord(then)}`;
      const total = `total ${step.from} → ${step.to}`;
      return [`    ${first}`, ...more.map((line) => `    ${line}`), `      ${own}, ${total}`];
    }),
  ].join("\n");
}

function groupLines(group: ScoredGroup, columns: number): string[] {
  const { id, name, formula, state, points: worth, earned, inputs, missing, message } = group;
  const got =
    state === "not applicable"
      ? "not applicable"
      : earned === null
        ? `unknown, worth ${points(worth)}`
        : `${points(earned)} of ${points(worth)}`;
  const wrapped = (text: string): string[] =>
    wrapText(printable(text), columns - 6).map((line) => `      ${line}`);
  return [
    `  ${id} ${printable(name)}: ${got}`,
    ...wrapped(formula),
    ...inputs.flatMap(({ name: key, value, source }) => wrapped(`${key} = ${value} (${source})`)),
    ...(message === null ? [] : wrapped(message)),
    ...missing.flatMap((say) => wrapped(`missing: ${say}`)),
  ];
}

const scoreWord = (score: number | null): string =>
  score === null ? "unknown" : String(Math.round(score));

const points = (value: number): string => String(Math.round(10 * value) / 10);

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
