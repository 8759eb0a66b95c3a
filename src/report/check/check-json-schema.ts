import { CHECK_SCHEMA } from "./check-json.js";

import {
  count,
  figure,
  list,
  maybe,
  maybeText,
  object,
  place,
  position,
  problem,
  type Schema,
  text,
} from "./schema-parts.js";

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
  formula: list(figure),
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
    problems: list(problem),
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hotpod check",
    ...report,
  };
}
