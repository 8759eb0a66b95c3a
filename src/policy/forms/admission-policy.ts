import { celPolicy, type Resource } from "#policy/cel-policy.js";
import {
  type Action,
  EXEMPT_NAMESPACES,
  type ExportedRule,
  policyLabels,
  policyName,
} from "#policy/exported.js";

const ACTIONS: Readonly<Record<Action, readonly string[]>> = {
  deny: ["Deny"],
  warn: ["Warn", "Audit"],
  audit: ["Audit"],
};

/** A ValidatingAdmissionPolicy and its binding: Kubernetes from 1.30 on evaluates them itself. */
export function admissionPolicy(exported: ExportedRule, action: Action): readonly object[] {
  const { rule, condition } = exported;
  const { variables, expression, messageExpression, kinds } = celPolicy(condition, rule);
  const name = policyName(exported);
  const labels = policyLabels(exported);
  return [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name, labels },
      spec: {
        // A policy that cannot be evaluated holds nobody up.
        failurePolicy: "Ignore",
        matchConstraints: { resourceRules: byGroup(kinds).map(resourceRule) },
        variables: variables.map((one) => ({ name: one.name, expression: one.cel })),
        validations: [
          { expression, message: `${rule.id} ${rule.name}: ${rule.title}`, messageExpression },
        ],
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name, labels },
      spec: {
        policyName: name,
        validationActions: ACTIONS[action],
        matchResources: {
          namespaceSelector: {
            matchExpressions: [
              { key: "kubernetes.io/metadata.name", operator: "NotIn", values: EXEMPT_NAMESPACES },
            ],
          },
        },
      },
    },
  ];
}

function resourceRule(resources: readonly Resource[]): object {
  const [{ group, version } = { group: "", version: "" }] = resources;
  return {
    apiGroups: [group],
    apiVersions: [version],
    operations: ["CREATE", "UPDATE"],
    resources: resources.map(({ resource }) => resource),
  };
}

function byGroup(kinds: readonly Resource[]): readonly (readonly Resource[])[] {
  const groups = new Map<string, Resource[]>();
  for (const one of kinds) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return [...groups.values()];
}
