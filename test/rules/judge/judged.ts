import type { Judged } from "#rules/judge/judge.js";
import type { Rule, Severity } from "#rules/rule/rule.js";

/** A finding of a rule that says nothing else. */
export function finding(
  id: string,
  container: string | null,
  path: readonly (string | number)[] = [],
  more: { readonly certainty?: "certain"; readonly severity?: Severity } = {},
): Judged {
  const text = "kind: Deployment\n";
  const document = { file: "a.yaml", text, linesBefore: 0, value: {}, format: "yaml" } as const;
  const severity = more.severity ?? "error";
  return {
    rule: { id, name: id.toLowerCase(), severity } as Rule,
    subject: {
      kind: "Deployment",
      namespace: "web",
      name: "shop",
      container,
      object: null,
      workload: null,
    },
    fault: {
      severity,
      at: { kind: "field", document, path },
      message: "It hurts.",
      ...(more.certainty === undefined ? {} : { certainty: more.certainty }),
    },
    severity,
  };
}
