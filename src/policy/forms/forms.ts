import { writeYaml } from "#manifest/text/write-yaml.js";
import { type Action, actionOf, type ExportedRule, needsInventory } from "#policy/exported.js";
import { admissionPolicy } from "./admission-policy.js";
import { conftestFiles, type PolicyFile } from "./conftest.js";
import { gatekeeperPolicy } from "./gatekeeper.js";
import { kyvernoPolicy } from "./kyverno.js";

export type { PolicyFile } from "./conftest.js";

export const FORMS = ["admission-policy", "kyverno", "gatekeeper", "conftest"] as const;
export type Form = (typeof FORMS)[number];

export interface FormOptions {
  /** null: by the rule. */
  readonly action: Action | null;
  /** Kyverno: match Argo Rollouts and Knative Services too. */
  readonly customResources: boolean;
}

/** A rule and why a form leaves it out. */
export interface LeftOut {
  readonly rule: string;
  readonly why: string;
}

export interface ExportedFiles {
  readonly files: readonly PolicyFile[];
  readonly leftOut: readonly LeftOut[];
}

/** The same rules in the words of one engine: a file a rule, and for Rego what they share. */
export function exportedFiles(
  form: Form,
  rules: readonly ExportedRule[],
  options: FormOptions,
): ExportedFiles {
  if (form === "conftest") return { files: conftestFiles(rules, options.action), leftOut: [] };
  const files: PolicyFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const one of rules) {
    const objects = objectsOf(form, one, options);
    if (objects.length > 0) {
      files.push({
        name: `${one.rule.id.toLowerCase()}-${one.rule.name}.yaml`,
        text: stream(objects),
      });
    } else leftOut.push({ rule: one.rule.id, why: whyLeftOut(one) });
  }
  return { files, leftOut };
}

function objectsOf(form: Form, one: ExportedRule, options: FormOptions): readonly object[] {
  const action = options.action ?? actionOf(one);
  if (form === "gatekeeper") return gatekeeperPolicy(one, action);
  if (needsInventory(one)) return [];
  if (form === "kyverno") return kyvernoPolicy(one, action, options.customResources);
  return admissionPolicy(one, action);
}

const whyLeftOut = (one: ExportedRule): string =>
  needsInventory(one)
    ? "it needs other objects, which only Rego sees: gatekeeper, conftest"
    : "it is about custom resources alone: --custom-resources";

const stream = (objects: readonly object[]): string => objects.map(writeYaml).join("---\n");
