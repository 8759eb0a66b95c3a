import { celPolicy } from "#policy/cel-policy.js";
import {
  type Action,
  EXEMPT_NAMESPACES,
  type ExportedRule,
  needsInventory,
  policyLabels,
  policyName,
} from "#policy/exported.js";
import { regoLibrary } from "#policy/rego/library.js";
import { messageRego, rulePackage } from "#policy/rego/rule-policy.js";

const ACTIONS: Readonly<Record<Action, string>> = { deny: "deny", warn: "warn", audit: "dryrun" };

/** What rules with an inventory look at beside the object. */
const SYNCED = [
  { groups: [""], versions: ["v1"], kinds: ["Service", "ConfigMap", "Secret"] },
  { groups: ["policy"], versions: ["v1"], kinds: ["PodDisruptionBudget"] },
  { groups: ["autoscaling"], versions: ["v2"], kinds: ["HorizontalPodAutoscaler"] },
];

/** A Gatekeeper ConstraintTemplate and its constraint. */
export function gatekeeperPolicy(exported: ExportedRule, action: Action): readonly object[] {
  const { rule, condition } = exported;
  const kind = `Hotpod${rule.id}`;
  const labels = policyLabels(exported);
  return [
    {
      apiVersion: "templates.gatekeeper.sh/v1",
      kind: "ConstraintTemplate",
      metadata: {
        name: kind.toLowerCase(),
        labels,
        annotations: {
          "metadata.gatekeeper.sh/title": `${rule.id} ${rule.name}`,
          description: `${rule.title} ${rule.why}`,
          ...(needsInventory(exported)
            ? { "metadata.gatekeeper.sh/requires-sync-data": JSON.stringify([SYNCED]) }
            : {}),
        },
      },
      spec: {
        crd: { spec: { names: { kind } } },
        targets: [
          {
            target: "admission.k8s.gatekeeper.sh",
            code: [
              {
                engine: "Rego",
                source: {
                  version: "v1",
                  rego: templateRego(exported),
                  libs: [regoLibrary(celPolicy(condition, rule).variables)],
                },
              },
            ],
          },
        ],
      },
    },
    {
      apiVersion: "constraints.gatekeeper.sh/v1beta1",
      kind,
      metadata: { name: policyName(exported), labels },
      spec: {
        enforcementAction: ACTIONS[action],
        match: {
          kinds: celPolicy(condition, rule).kinds.map((one) => ({
            apiGroups: [one.group],
            kinds: [one.kind],
          })),
          excludedNamespaces: EXEMPT_NAMESPACES,
        },
      },
    },
  ];
}

function templateRego({ condition, rule }: ExportedRule): string {
  return `${rulePackage(condition, rule)}
violation contains {"msg": message} if {
	some name in fires
	message := ${messageRego(condition, rule)}
}
`;
}
