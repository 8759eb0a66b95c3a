import { VERDICTS } from "#model/lab/lab-report.js";
import {
  count,
  list,
  maybe,
  maybeText,
  object,
  type Schema,
  text,
  withOptional,
} from "#report/check/schema-parts.js";
import { LAB_SCHEMA } from "./lab-json.js";

const amount: Schema = { type: "number", minimum: 0 };
const number: Schema = { type: "number" };
const flag: Schema = { type: "boolean" };
const share: Schema = { type: "number", minimum: 0, maximum: 1 };

const assertion = object({ expr: text, because: text, ok: flag, actual: maybeText });

const measure: Schema = {
  oneOf: [
    object({
      ...{ kind: { const: "count" }, about: text, unit: text },
      ...{ value: number, n: maybe(count), upper95: maybe(share) },
    }),
    object({
      ...{ kind: { const: "spread" }, about: text, unit: text },
      ...{ n: count, p50: number, p95: number, max: number },
    }),
    object({ kind: { const: "text" }, about: text, value: text }),
  ],
};

const timeline = object({
  tookMs: amount,
  marks: list(object({ atMs: number, label: text })),
  lanes: list(
    object({
      name: text,
      spans: list(
        object({
          ...{ fromMs: number, toMs: number, label: text },
          tone: { enum: ["good", "bad", "busy", "quiet"] },
        }),
      ),
      points: list(
        object({ atMs: number, kind: { enum: ["pass", "fail", "error", "event"] }, label: text }),
      ),
    }),
  ),
  traffic: maybe(
    object({
      ...{ sliceMs: amount, succeeded: list(count), failed: list(count) },
      latencyMaxMs: list(amount),
    }),
  ),
});

const beside = object({
  what: text,
  model: maybe(object({ from: number, to: number })),
  ...{ real: list(number), ok: flag },
});

const arm = withOptional(
  object({
    ...{ name: text, side: { enum: ["before", "after", "cluster"] }, label: text },
    ...{ status: { enum: ["run", "skipped", "failed"] }, reason: maybeText },
    measures: { type: "object", additionalProperties: measure },
    ...{ assertions: list(assertion), timeline, elapsedMs: amount },
  }),
  { beside: list(beside) },
);

const cluster = object({
  ...{ context: text, namespace: text, image: text, server: text },
  node: maybe(object({ kubelet: text, runtime: text, kernel: text })),
});

export const scenarioSchema = object({
  id: { type: "string", pattern: "^L[1-4][0-9]{2}$" },
  chapter: { type: "integer", minimum: 1, maximum: 4 },
  ...{ title: text, claim: text, status: { enum: ["run", "skipped"] }, reason: maybeText },
  verdict: { enum: VERDICTS },
  prediction: { enum: ["as-predicted", "unexpected", "not-run"] },
  ...{ correction: maybeText, advice: list(text) },
  headline: object({ before: text, after: text, about: text }),
  ...{ arms: list(arm), assertions: list(assertion), scaled: flag, elapsedMs: amount },
});

/** JSON Schema (draft 2020-12) of `lab.json`. */
export function labJsonSchema(): Schema {
  const report = object({
    schema: { const: LAB_SCHEMA },
    run: withOptional(
      object({
        ...{ id: text, seed: { type: "integer" }, scale: amount, startedAt: text, hotpod: text },
        host: object({ kernel: text, cores: count, memoryGib: count, node: text, go: maybeText }),
        needs: list(object({ need: text, found: flag, detail: text })),
      }),
      { cluster, cri: { enum: ["containerd", "crio", "dockershim"] } },
    ),
    scenarios: list(scenarioSchema),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hotpod lab",
    ...report,
  };
}
