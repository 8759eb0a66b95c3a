import { CHECK_SCHEMA } from "./check-json.js";

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const maybeText: Schema = { type: ["string", "null"] };
const count: Schema = { type: "integer", minimum: 0 };
const position: Schema = { type: "integer", minimum: 1 };
const list = (items: Schema): Schema => ({ type: "array", items });
const maybe = (schema: Schema): Schema => ({ oneOf: [schema, { type: "null" }] });

/** Every property is always there; null stands for what is not. */
function object(properties: Readonly<Record<string, Schema>>): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

const place = object({
  file: text,
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
  text,
});

const subject = object({ kind: text, namespace: maybeText, name: text, container: maybeText });

const finding = object({
  rule: { type: "string", pattern: "^HP[0-9]{3,4}$" },
  name: text,
  grade: { enum: ["error", "warning", "info"] },
  certainty: { enum: ["certain", "possible", "tight", null] },
  subject,
  message: text,
  place: maybe(place),
  related: list(object({ place, message: text })),
  formula: list(object({ name: text, value: text, source: text })),
  fix: maybe(
    object({
      kind: { enum: ["safe", "suggested"] },
      title: text,
      diff: text,
      edits: list(
        object({
          file: text,
          start: count,
          end: count,
          startLine: position,
          startColumn: position,
          endLine: position,
          endColumn: position,
          newText: text,
        }),
      ),
    }),
  ),
  remedy: text,
  fingerprint: { type: "string", pattern: "^[0-9a-f]{16}$" },
  suppressed: maybe(
    object({
      by: { enum: ["annotation", "comment", "config", "baseline", "interaction"] },
      justification: text,
    }),
  ),
});

/** JSON Schema (draft 2020-12) of what `hotpod check --format json` prints. */
export function checkJsonSchema(): Schema {
  const report = object({
    schema: { const: CHECK_SCHEMA },
    ruleset: position,
    profile: { enum: ["dev", "prod"] },
    files: count,
    workloads: count,
    findings: list(finding),
    open: list(
      object({
        rule: text,
        name: text,
        subject,
        missing: list(object({ input: { enum: "WNDIRHGSTB".split("") }, say: text })),
      }),
    ),
    problems: list(object({ where: text, what: text, hint: text })),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hotpod check",
    ...report,
  };
}
