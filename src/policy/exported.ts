import { RULES } from "#rules/catalogue.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Condition } from "./condition.js";
import { CONDITIONS } from "./conditions/all.js";

/** A rule with the condition it is exported by. */
export interface ExportedRule {
  readonly rule: Rule;
  readonly condition: Condition;
}

/** What a hit does: `deny` the object, `warn` the caller, or only `audit`. */
export type Action = "deny" | "warn" | "audit";

/** In the order of the catalogue. */
export const EXPORTED: readonly ExportedRule[] = RULES.flatMap((rule) => {
  const condition = CONDITIONS.find((one) => one.rule === rule.id);
  return condition === undefined ? [] : [{ rule, condition }];
});

/** Rego alone can see other objects, in Gatekeeper's inventory or in the other files. */
export const needsInventory = ({ rule }: ExportedRule): boolean => rule.exports === "R+";

/** An error denies and a warning warns, unless a text was matched instead of being read. */
export function actionOf({ rule, condition }: ExportedRule): Action {
  if (condition.approximate === true || rule.severity === "info") return "audit";
  return rule.severity === "error" ? "deny" : "warn";
}

/** `hotpod-hp210-one-strike-liveness` */
export const policyName = ({ rule }: ExportedRule): string =>
  `hotpod-${rule.id.toLowerCase()}-${rule.name}`;

/** The cluster's own services, and hotpod's, are never held up. */
export const EXEMPT_NAMESPACES: readonly string[] = ["kube-system", "hotpod-system"];

/** For every policy object: who made it, and from which rule. */
export function policyLabels({ rule }: ExportedRule): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/managed-by": "hotpod", "hotpod.dev/rule": rule.id };
}
