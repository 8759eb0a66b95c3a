import { nearest } from "#base/nearest.js";
import { fail, ok, type Result } from "#base/result.js";
import type { Scenario } from "./scenario.js";

/** A word that chooses nothing, and the nearest one that would. */
export interface UnknownWord {
  readonly word: string;
  readonly near: string | null;
}

/**
 * The scenarios that any of the words chooses: `L101`, `chapter:1`, `tag:files`. Without words all of the set: `quick` those tagged so,
 * `usual` all but those tagged `full`.
 */
export function selectScenarios(
  all: readonly Scenario[],
  words: readonly string[],
  set: "quick" | "usual" | "full",
): Result<readonly Scenario[], UnknownWord> {
  const inSet = all.filter(
    ({ tags }) =>
      set === "full" || (set === "quick" ? tags.includes("quick") : !tags.includes("full")),
  );
  if (words.length === 0) return ok(inSet);
  for (const word of words) {
    if (all.some((scenario) => chooses(word, scenario))) continue;
    return fail({ word, near: nearest(word, wordsOf(all)) });
  }
  // What is named by its id is wanted, whatever set it is in.
  const isWanted = (scenario: Scenario): boolean =>
    words.some((word) => chooses(word, scenario) && (inSet.includes(scenario) || isId(word)));
  return ok(all.filter(isWanted));
}

function chooses(word: string, scenario: Scenario): boolean {
  const [kind, value] = word.split(":");
  if (kind === "chapter" && value !== undefined) return value === `${scenario.chapter}`;
  if (kind === "tag" && value !== undefined) return scenario.tags.includes(value);
  return word.toUpperCase() === scenario.id;
}

const isId = (word: string): boolean => /^l\d+$/i.test(word);

function wordsOf(all: readonly Scenario[]): readonly string[] {
  return [
    ...all.map(({ id }) => id),
    ...new Set(all.map(({ chapter }) => `chapter:${chapter}`)),
    ...new Set(all.flatMap(({ tags }) => tags.map((tag) => `tag:${tag}`))),
  ];
}
