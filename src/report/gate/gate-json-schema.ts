import {
  count,
  list,
  maybe,
  maybeText,
  object,
  position,
  type Schema,
  text,
} from "#report/check/schema-parts.js";
import { GATE_SCHEMA } from "./gate-json.js";

/** JSON Schema (draft 2020-12) of what `hotpod gate --format json` prints. `ids`: of all questions. */
export function gateJsonSchema(ids: readonly string[]): Schema {
  const report = object({
    schema: { const: GATE_SCHEMA },
    passed: { type: "boolean" },
    binary: object({
      file: text,
      sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
      bytes: count,
    }),
    source: maybeText,
    image: maybeText,
    answers: list(
      object({
        id: { enum: ids },
        question: text,
        outcome: { enum: ["same", "different", "open", "told"] },
        grade: { enum: ["error", "warning", null] },
        message: text,
        compared: list(object({ name: text, value: text, from: text })),
        remedy: maybeText,
        place: maybe(object({ file: text, line: position })),
      }),
    ),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hotpod gate",
    ...report,
  };
}
