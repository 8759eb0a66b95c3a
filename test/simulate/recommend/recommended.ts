import assert from "node:assert/strict";
import type { Recommendation } from "#model/life/recommendation.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { type Advised, recommend } from "#simulate/recommend/recommend.js";
import { defaultWishes, type Wishes } from "#simulate/recommend/wishes.js";

export function advised(input: LifeInput, wishes: Partial<Wishes> = {}): Advised {
  const found = recommend(input, { ...defaultWishes, ...wishes });
  assert.ok(found !== null);
  return found;
}

/** The value at the end of this path, its last two steps: `startupProbe.periodSeconds`. */
export function recommendedValue({ values }: Recommendation, path: string) {
  const found = values.find((one) => one.path.endsWith(path));
  assert.ok(found, `nothing is said of ${path}`);
  return found;
}
