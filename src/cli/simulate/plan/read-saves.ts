import { type Prng, prng } from "#base/prng.js";
import type { InputProblem } from "#manifest/input-problem.js";
import type { Micros } from "#model/life/life-event.js";
import type { Save, SaveOutcome } from "#simulate/life/life-input.js";
import {
  type Entry,
  entriesOf,
  microsOf,
  PlanError,
  readEntries,
  refuseRest,
  type Token,
  wordOf,
} from "./tokens.js";

export interface ReadPlan<T> {
  readonly values: readonly T[];
  readonly problems: readonly InputProblem[];
}

/** A person saves a hundred times an hour; a script that saves this often is a mistake. */
export const SAVES_MAX = 100_000;

/**
 * `0, 10 buildFail, 20`, `every 10s from 5s`, `poisson 6/min buildFail 20%`, `burst 5@0.1s at 30s`; in order of time. An
 * outcome may stand after each entry, with the share of its saves that end so. What is left to chance comes from the seed.
 */
export function readSaves(
  text: string,
  name: string,
  options: { readonly isFile: boolean; readonly seed: number; readonly untilUs: Micros },
): ReadPlan<Save> {
  const random = prng(options.seed ^ SALT);
  const entries = entriesOf(text, name, options.isFile);
  const { values, problems } = readEntries(entries, (entry) =>
    savesOf(entry, random, options.untilUs),
  );
  if (values.length > SAVES_MAX) {
    const what = `${values.length.toLocaleString("en")} saves, at most ${SAVES_MAX.toLocaleString("en")}`;
    return {
      values: [],
      problems: [{ where: name, what, hint: "Save less often, or simulate a shorter time." }],
    };
  }
  return { values: [...values].sort((a, b) => a.at - b.at), problems };
}

/** So that saves do not share their numbers with anything else of the same seed. */
const SALT = 0x5a7e5;

function savesOf(entry: Entry, random: Prng, untilUs: Micros): Save[] {
  const [first] = entry;
  if (first === undefined) return [];
  if (/^[\d.]/.test(first.text)) {
    const at = microsOf(first);
    return withOutcome([at], entry, 1, random);
  }
  switch (
    wordOf(first, ["every", "poisson", "burst"], "time, and neither every, poisson nor burst")
  ) {
    case "every":
      return every(entry, random, untilUs);
    case "poisson":
      return poisson(entry, random, untilUs);
    case "burst":
      return burst(entry, random);
  }
}

function every(entry: Entry, random: Prng, untilUs: Micros): Save[] {
  const period = microsOf(need(entry, 1, "every 10s"));
  const from = entry[2]?.text === "from" ? microsOf(need(entry, 3, "every 10s from 5s")) : 0;
  const next = entry[2]?.text === "from" ? 4 : 2;
  if (period === 0) throw endless(entry[1]);
  const instants: Micros[] = [];
  for (let at = from; at < untilUs && instants.length <= SAVES_MAX; at += period) instants.push(at);
  return withOutcome(instants, entry, next, random);
}

function poisson(entry: Entry, random: Prng, untilUs: Micros): Save[] {
  const rate = need(entry, 1, "poisson 6/min");
  const [, count, unit] = /^(\d*\.?\d+)\/(s|min|h)$/.exec(rate.text) ?? [];
  const perS = Number(count) / (unit === "s" ? 1 : unit === "min" ? 60 : 3600);
  if (!(perS > 0)) {
    const what = `${JSON.stringify(rate.text)} is no rate`;
    throw new PlanError({ where: rate.where, what, hint: "Write 6/min, 0.5/s or 100/h." });
  }
  const instants: Micros[] = [];
  let at = 0;
  while (instants.length <= SAVES_MAX) {
    // Never 0, whose logarithm is not finite.
    const uniform = (random.below(2 ** 32) + 1) / (2 ** 32 + 1);
    at += Math.round((-Math.log(uniform) / perS) * 1_000_000);
    if (at >= untilUs) break;
    instants.push(at);
  }
  return withOutcome(instants, entry, 2, random);
}

function burst(entry: Entry, random: Prng): Save[] {
  const form = need(entry, 1, "burst 5@0.1s");
  const [count = "", spacing] = form.text.split("@");
  if (!/^\d+$/.test(count) || Number(count) > SAVES_MAX || spacing === undefined) {
    const what = `${JSON.stringify(form.text)} is no burst`;
    throw new PlanError({
      where: form.where,
      what,
      hint: "Write burst 5@0.1s: how many, and how far apart.",
    });
  }
  const spacingUs = microsOf(form, spacing);
  const from = entry[2]?.text === "at" ? microsOf(need(entry, 3, "burst 5@0.1s at 30s")) : 0;
  const next = entry[2]?.text === "at" ? 4 : 2;
  const instants = Array.from({ length: Number(count) }, (_, i) => from + i * spacingUs);
  return withOutcome(instants, entry, next, random);
}

const OUTCOMES = ["ok", "buildFail", "neverReady", "crash", "touch"] as const;

/** `buildFail`, `crash+2s`, `buildFail 20%`: of the others the outcome is ok. */
function withOutcome(instants: readonly Micros[], entry: Entry, at: number, random: Prng): Save[] {
  const token = entry[at];
  if (token === undefined)
    return instants.map((instant) => ({ at: instant, outcome: { kind: "ok" } }));
  const outcome = outcomeOf(token);
  const share = entry[at + 1];
  const percent = share === undefined ? 100 : percentOf(share);
  refuseRest(entry, at + 2, "TIME OUTCOME SHARE, for example 10 buildFail 20%");
  return instants.map((instant) => ({
    at: instant,
    outcome: percent === 100 || random.chance(percent * 100, 10_000) ? outcome : { kind: "ok" },
  }));
}

function outcomeOf(token: Token): SaveOutcome {
  const [name = "", after] = token.text.split("+");
  const kind = wordOf({ ...token, text: name }, OUTCOMES, "outcome of a save");
  if (kind === "crash") {
    if (after !== undefined) return { kind, afterUs: microsOf(token, after) };
    const what = "crash does not say when";
    throw new PlanError({
      where: token.where,
      what,
      hint: "Write crash+2s: two seconds after its start.",
    });
  }
  if (after === undefined) return { kind };
  const what = `${JSON.stringify(token.text)} is no outcome`;
  throw new PlanError({ where: token.where, what, hint: "Only crash takes a time: crash+2s." });
}

function percentOf(token: Token): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(token.text) ?? [];
  const percent = Number(digits);
  if (percent >= 0 && percent <= 100) return percent;
  const what = `${JSON.stringify(token.text)} is no share`;
  throw new PlanError({ where: token.where, what, hint: "Write 20%." });
}

function need(entry: Entry, at: number, form: string): Token {
  const token = entry[at];
  if (token !== undefined) return token;
  const last = entry[at - 1];
  const what = `${JSON.stringify(last?.text)} is not all of it`;
  throw new PlanError({ where: last?.where ?? "", what, hint: `Write ${form}.` });
}

function endless(token: Token | undefined): PlanError {
  const what = "every 0s never comes to an end";
  return new PlanError({ where: token?.where ?? "", what, hint: "Write every 10s." });
}
