import { VARIABLES, type Variable, WORKLOAD_KINDS } from "#policy/variables.js";
import { regoValue } from "./translate.js";

/**
 * What all policies in Rego share, in `package lib.hotpod`: the object they are asked about, whether it comes from Gatekeeper, from
 * conftest or from `opa eval`; the shared variables; and CEL's operators where Rego has them by type. `variables`: those that are wanted, with those they use.
 */
export function regoLibrary(variables: readonly Variable[] = VARIABLES): string {
  const kinds = WORKLOAD_KINDS.map((kind) => JSON.stringify(kind)).join(", ");
  return `${HEAD}
makes_pods if kind in {${kinds}}

${variables.map(({ name, cel }) => variable(name, cel)).join("\n\n")}
`;
}

function variable(name: string, cel: string): string {
  const { lines, term, helpers } = regoValue(cel, { object: "subject" }, "", `${name}_`);
  const body = lines.map((line) => `\t${line}`).join("\n");
  const rule =
    lines.length === 0 ? `v_${name} := ${term}` : `v_${name} := ${term} if {\n${body}\n}`;
  return [rule, ...helpers].join("\n\n");
}

const HEAD = `package lib.hotpod

# Gatekeeper asks with a review, hotpod's combined form with the object and everything beside it, others with the object itself.
subject := input.review.object if {
	input.review.object
} else := input.object if {
	input.beside
} else := input

kind := "KnativeService" if {
	subject.kind == "Service"
	startswith(subject.apiVersion, "serving.knative.dev/")
} else := "Rollout" if {
	subject.kind == "Rollout"
	startswith(subject.apiVersion, "argoproj.io/")
} else := subject.kind if {
	subject.kind != "Rollout"
}

# Every other object of the namespace that is known: Gatekeeper's inventory, which may be some seconds old, or the other files.
v_others := input.beside if {
	input.beside
} else := [other |
	some kinds in data.inventory.namespace[subject.metadata.namespace]
	some named in kinds
	some other in named
]

# A map is gone through by its keys.
items(list) := list if is_array(list)

items(list) := [key | some key, _ in list] if is_object(list)

added(a, b) := a + b if is_number(a)

added(a, b) := concat("", [a, b]) if is_string(a)

added(a, b) := array.concat(a, b) if is_array(a)

within(value, list) if {
	is_array(list)
	value in list
}

within(value, list) if {
	is_object(list)
	value in object.keys(list)
}
`;
