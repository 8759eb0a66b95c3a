import {
  count,
  figure,
  list,
  maybe,
  object,
  place,
  position,
  problem,
  type Schema,
  text,
} from "#report/check/schema-parts.js";
import { SCORE_SCHEMA } from "./score-json.js";

const indicatorId: Schema = { type: "string", pattern: "^M(0[1-9]|1[0-9])$" };
const score: Schema = { type: "integer", minimum: 0, maximum: 100 };
const share: Schema = { type: "number", minimum: 0, maximum: 1 };
const amount: Schema = { type: "number", minimum: 0 };
const percent: Schema = { type: "number", minimum: 0, maximum: 100 };
const weights: Schema = {
  type: "object",
  propertyNames: indicatorId,
  additionalProperties: amount,
};

const group = object({
  id: { type: "string", pattern: "^M[0-9]{2}\\.[A-Za-z0-9+]+$" },
  name: text,
  formula: text,
  state: { enum: ["earned", "partly", "lost", "unknown", "not applicable"] },
  points: percent,
  earned: maybe(percent),
  rules: list({ type: "string", pattern: "^HP[0-9]{3,4}$" }),
  inputs: list(figure),
  missing: list(text),
  message: maybe(text),
  location: maybe(place),
  step: text,
});

const step = object({
  fix: object({
    kind: { enum: ["safe", "suggested", "by hand"] },
    title: text,
    about: list(text),
  }),
  from: score,
  to: score,
  gain: { type: "integer" },
  effort: amount,
  place: maybe(place),
  patch: list(object({ file: text, diff: text })),
});

const service = object({
  rank: position,
  list: { enum: ["fix first", "measure first", "fine"] },
  kind: text,
  namespace: text,
  name: text,
  total: score,
  before: maybe(score),
  range: { type: "array", prefixItems: [score, score], items: false, minItems: 2 },
  coverage: share,
  band: { enum: ["ready", "usable", "fix first", "do not hot-update"] },
  cap: maybe(object({ at: score, rule: text })),
  priority: maybe(object({ value: amount, certain: count, exposure: amount, effort: amount })),
  lowest: list(text),
  steps: list(step),
  wanting: list(object({ say: text, points: amount })),
  indicators: list(
    object({
      id: indicatorId,
      name: text,
      weight: amount,
      score: maybe(percent),
      coverage: share,
      step: text,
      bound: maybe(object({ rule: text, most: score })),
      groups: list(group),
    }),
  ),
});

/** JSON Schema (draft 2020-12) of what `hotpod score --format json` prints. */
export function scoreJsonSchema(): Schema {
  const report = object({
    schema: { const: SCORE_SCHEMA },
    version: text,
    ruleset: position,
    toolTable: { type: "string", pattern: "^[0-9a-f]{16}$" },
    weights,
    changedWeights: list(indicatorId),
    fleet: object({
      services: count,
      below60: count,
      measureFirst: count,
      median: maybe(score),
      since: maybe(
        object({
          median: maybe({ type: "integer" }),
          risen: list(text),
          fallen: list(text),
          come: list(text),
          gone: list(text),
        }),
      ),
    }),
    services: list(service),
    shared: list(
      object({ place: text, title: text, gain: { type: "integer" }, services: list(text) }),
    ),
    problems: list(problem),
    notes: list(text),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hotpod score",
    ...report,
  };
}
