import { celPolicy, isCustom, type Resource } from "#policy/cel-policy.js";
import {
  type Action,
  EXEMPT_NAMESPACES,
  type ExportedRule,
  policyLabels,
  policyName,
} from "#policy/exported.js";

const SEVERITIES = { error: "high", warning: "medium", info: "low" } as const;

/**
 * A Kyverno ClusterPolicy with the rule's CEL. `custom`: custom resources are matched too; Kyverno refuses a policy that names a kind the
 * cluster has not.
 */
export function kyvernoPolicy(exported: ExportedRule, action: Action, custom: boolean): object[] {
  const { rule, condition } = exported;
  const { variables, expression, messageExpression, kinds } = celPolicy(condition, rule);
  const matched = kinds.filter((one) => custom || !isCustom(one));
  if (matched.length === 0) return [];
  return [
    {
      apiVersion: "kyverno.io/v1",
      kind: "ClusterPolicy",
      metadata: {
        name: policyName(exported),
        labels: policyLabels(exported),
        annotations: {
          "policies.kyverno.io/title": `${rule.id} ${rule.name}`,
          "policies.kyverno.io/category": "hotpod",
          "policies.kyverno.io/severity": SEVERITIES[rule.severity],
          "policies.kyverno.io/description": `${rule.title} ${rule.why}`,
          // What makes pods is matched by itself.
          "pod-policies.kyverno.io/autogen-controllers": "none",
        },
      },
      spec: {
        background: true,
        failurePolicy: "Ignore",
        emitWarning: action === "warn",
        rules: [
          {
            name: rule.name,
            match: {
              any: [
                { resources: { kinds: matched.map(kindName), operations: ["CREATE", "UPDATE"] } },
              ],
            },
            exclude: { any: [{ resources: { namespaces: EXEMPT_NAMESPACES } }] },
            validate: {
              failureAction: action === "deny" ? "Enforce" : "Audit",
              cel: {
                variables: variables.map((one) => ({ name: one.name, expression: one.cel })),
                expressions: [
                  {
                    expression,
                    message: `${rule.id} ${rule.name}: ${rule.title}`,
                    messageExpression,
                  },
                ],
              },
            },
          },
        ],
      },
    },
  ];
}

const kindName = ({ group, version, kind }: Resource): string =>
  group === "" ? kind : `${group}/${version}/${kind}`;
