import type { Rule } from "#rules/rule/rule.js";
import type { Condition } from "./condition.js";
import { quoted } from "./snippets.js";
import { KNATIVE, type Variable, variablesOf, WORKLOAD_KINDS } from "./variables.js";

/** What a policy in CEL is made of, whoever evaluates it. */
export interface CelPolicy {
  readonly variables: readonly Variable[];
  /** True: the object passes. */
  readonly expression: string;
  /** A text: which containers the rule speaks of, and why. */
  readonly messageExpression: string;
  readonly kinds: readonly Resource[];
}

/** A kind as an API server names it. */
export interface Resource {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  Pod: { kind: "Pod", group: "", version: "v1", resource: "pods" },
  Deployment: { kind: "Deployment", group: "apps", version: "v1", resource: "deployments" },
  StatefulSet: { kind: "StatefulSet", group: "apps", version: "v1", resource: "statefulsets" },
  DaemonSet: { kind: "DaemonSet", group: "apps", version: "v1", resource: "daemonsets" },
  ReplicaSet: { kind: "ReplicaSet", group: "apps", version: "v1", resource: "replicasets" },
  Job: { kind: "Job", group: "batch", version: "v1", resource: "jobs" },
  CronJob: { kind: "CronJob", group: "batch", version: "v1", resource: "cronjobs" },
  Rollout: { kind: "Rollout", group: "argoproj.io", version: "v1alpha1", resource: "rollouts" },
  [KNATIVE]: {
    kind: "Service",
    group: "serving.knative.dev",
    version: "v1",
    resource: "services",
  },
  Secret: { kind: "Secret", group: "", version: "v1", resource: "secrets" },
  Ingress: { kind: "Ingress", group: "networking.k8s.io", version: "v1", resource: "ingresses" },
};

/** It is installed with a controller of its own, and a cluster may be without it. */
export const isCustom = ({ group }: Resource): boolean =>
  group.includes(".") && !group.endsWith(".k8s.io");

export function celPolicy(condition: Condition, rule: Rule): CelPolicy {
  const title = `${rule.id} ${rule.name}: `;
  const fires = `variables.${condition.each}.filter(one, ${condition.fails})`;
  const isObject = condition.each === "object";
  const expression = isObject
    ? `!(${condition.fails})`
    : `!variables.${condition.each}.exists(one, ${condition.fails})`;
  const messageExpression = isObject
    ? quoted(`${title}${rule.title}`)
    : `${quoted(`${title}container `)} + ${fires}.map(one, string(one.name)).join(", ") + ${quoted(`: ${rule.title}`)}`;
  const kinds = (condition.kinds ?? WORKLOAD_KINDS).flatMap((kind) => RESOURCES[kind] ?? []);
  return {
    variables: variablesOf([expression]),
    expression,
    messageExpression,
    kinds,
  };
}
