/** What the lab does in its namespace, as RBAC says it. */
export const RIGHTS: readonly Right[] = [
  { group: "", resource: "pods", verbs: ["create", "get", "list", "watch", "delete"] },
  { group: "", resource: "pods/log", verbs: ["get"] },
  { group: "", resource: "events", verbs: ["list", "watch"] },
  { group: "", resource: "configmaps", verbs: ["create", "get", "list", "update", "delete"] },
  { group: "", resource: "services", verbs: ["create", "list", "delete"] },
  { group: "discovery.k8s.io", resource: "endpointslices", verbs: ["list", "watch"] },
];

export interface Right {
  /** Of the API; "": the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** A rule of a SelfSubjectRulesReview's answer. */
export interface ReviewedRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
}

/** The rights that no rule gives: `create pods`. */
export function missingRights(rules: readonly ReviewedRule[]): readonly string[] {
  const covers = (all: readonly string[] | undefined, one: string): boolean =>
    all?.some((each) => each === one || each === "*") ?? false;
  return RIGHTS.flatMap(({ group, resource, verbs }) =>
    verbs
      .filter(
        (verb) =>
          !rules.some(
            (rule) =>
              covers(rule.apiGroups, group) &&
              covers(rule.verbs, verb) &&
              (covers(rule.resources, resource) ||
                covers(rule.resources, resource.replace(/^\w+\//, "*/"))),
          ),
      )
      .map((verb) => `${verb} ${resource}`),
  );
}

/**
 * Manifests that give the rights. `namespace` null: the lab makes a namespace of its own, whose name nobody knows before, and so needs
 * its rights in all of them; else that one, prepared for the lab, and rights in it alone.
 */
export function rightsText(namespace: string | null): string {
  const rules = RIGHTS.map(ruleLine);
  return (namespace === null ? clusterWide(rules) : inNamespace(namespace, rules)).join("\n");
}

const ruleLine = ({ group, resource, verbs }: Right): string =>
  `  - { apiGroups: ["${group}"], resources: [${resource}], verbs: [${verbs.join(", ")}] }`;

function clusterWide(rules: readonly string[]): readonly string[] {
  return [
    "# What hotpod lab --context needs where it makes a namespace of its own. The name is drawn by chance, so these rights hold in",
    "# every namespace; for rights in one namespace only: hotpod lab --rbac --namespace NAME.",
    ...["apiVersion: rbac.authorization.k8s.io/v1", "kind: ClusterRole"],
    ...["metadata: { name: hotpod-lab }", "rules:"],
    '  - { apiGroups: [""], resources: [namespaces], verbs: [create, get, list, watch, delete] }',
    "  # Only so that the report can name the node's kubelet and container runtime:",
    '  - { apiGroups: [""], resources: [nodes], verbs: [get] }',
    ...rules,
    "---",
    ...["apiVersion: rbac.authorization.k8s.io/v1", "kind: ClusterRoleBinding"],
    "metadata: { name: hotpod-lab }",
    "roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: hotpod-lab }",
    ...SUBJECT,
  ];
}

function inNamespace(namespace: string, rules: readonly string[]): readonly string[] {
  return [
    `# A namespace for hotpod lab --context CONTEXT --namespace ${namespace}, and rights in it alone. The lab uses a namespace that is`,
    `# labelled so, deletes what it has made there, and leaves the namespace.`,
    ...["apiVersion: v1", "kind: Namespace", "metadata:", `  name: ${namespace}`, "  labels:"],
    `    ${LAB_LABEL}: ${PREPARED}`,
    "    pod-security.kubernetes.io/enforce: restricted",
    "---",
    ...["apiVersion: rbac.authorization.k8s.io/v1", "kind: Role"],
    ...[`metadata: { name: hotpod-lab, namespace: ${namespace} }`, "rules:"],
    '  - { apiGroups: [""], resources: [namespaces], verbs: [get] }',
    ...rules,
    "---",
    ...["apiVersion: rbac.authorization.k8s.io/v1", "kind: RoleBinding"],
    `metadata: { name: hotpod-lab, namespace: ${namespace} }`,
    "roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: hotpod-lab }",
    ...SUBJECT,
  ];
}

const SUBJECT = [
  "subjects:",
  "  # Whoever runs the lab:",
  "  - { apiGroup: rbac.authorization.k8s.io, kind: User, name: NAME }",
];

/** On everything that a lab makes, with the run that made it as value; on a namespace made for it by somebody else: PREPARED. */
export const LAB_LABEL = "hotpod.dev/lab";
export const PREPARED = "prepared";
