import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import { items } from "#manifest/kube/defaults.js";
import type { RawContainer } from "#manifest/kube/raw-pod.js";
import { type FieldError, notSupported, required, tooMany } from "./field-error.js";

/** Of one container, Kubernetes 1.35 and newer. */
export function validateRestartPolicyRules(container: RawContainer, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const policy = container.restartPolicy ?? null;
  const rules = items(container.restartPolicyRules);
  if (policy === null) {
    if (rules.length === 0) return [];
    errors.push(required(inside(path, "restartPolicy"), NEEDS_POLICY));
  } else if (!POLICIES.includes(policy)) {
    errors.push(notSupported(inside(path, "restartPolicy"), policy, POLICIES));
  }
  const rulesPath = inside(path, "restartPolicyRules");
  if (rules.length > RULES_MAX) errors.push(tooMany(rulesPath, rules.length, RULES_MAX));
  for (const [index, rule] of rules.entries()) {
    const at = inside(rulesPath, index);
    const action = rule.action ?? "";
    if (!ACTIONS.includes(action)) errors.push(notSupported(inside(at, "action"), action, ACTIONS));
    const codesPath = inside(at, "exitCodes");
    const codes = rule.exitCodes ?? null;
    if (codes === null) {
      errors.push(required(codesPath, "must be specified"));
      continue;
    }
    const operator = codes.operator ?? "";
    if (!OPERATORS.includes(operator)) {
      errors.push(notSupported(inside(codesPath, "operator"), operator, OPERATORS));
    }
    const values = codes.values ?? [];
    if (values.length > CODES_MAX) {
      errors.push(tooMany(inside(codesPath, "values"), values.length, CODES_MAX));
    }
  }
  return errors;
}

/** Of an init container: before 1.35 only `Always` (a sidecar) is known. */
export function validateInitRestartPolicy(
  container: RawContainer,
  minor: number,
  path: FieldPath,
): FieldError[] {
  const policy = container.restartPolicy ?? null;
  if (minor >= 35 || policy === null) return validateRestartPolicyRules(container, path);
  if (policy === "Always") return [];
  return [notSupported(inside(path, "restartPolicy"), policy, ["Always"])];
}

const NEEDS_POLICY = "must specify restartPolicy when restart rules are used";
const POLICIES = ["Always", "Never", "OnFailure"];
const ACTIONS = ["Restart", "RestartAllContainers"];
const OPERATORS = ["In", "NotIn"];
const RULES_MAX = 20;
const CODES_MAX = 255;
