import { type Action, actionOf, type ExportedRule, policyName } from "#policy/exported.js";
import { regoLibrary } from "#policy/rego/library.js";
import { messageRego, rulePackage } from "#policy/rego/rule-policy.js";

/** A file of a folder of policies. */
export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** A folder for `conftest test --policy`, and for OPA. `combine` lets the rules see the other files. */
export function conftestFiles(
  rules: readonly ExportedRule[],
  action: Action | null,
): readonly PolicyFile[] {
  return [
    { name: "lib/hotpod.rego", text: regoLibrary() },
    { name: "main.rego", text: MAIN },
    ...rules.map((one) => ({
      name: `${policyName(one)}.rego`,
      text: ruleText(one, action ?? actionOf(one)),
    })),
  ];
}

function ruleText({ condition, rule }: ExportedRule, action: Action): string {
  return `${rulePackage(condition, rule)}
${action === "deny" ? "deny" : "warn"} contains message if {
	some name in fires
	message := ${messageRego(condition, rule)}
}
`;
}

const MAIN = `# What conftest asks: every rule of package hotpod about the object, or with --combine about every object of all files, which
# then are seen beside each other.
package main

deny contains message if some message in data.hotpod[_].deny

warn contains message if some message in data.hotpod[_].warn

deny contains message if {
	some asked in combined
	some message in data.hotpod[_].deny with input as asked
}

warn contains message if {
	some asked in combined
	some message in data.hotpod[_].warn with input as asked
}

combined contains {"object": object_asked, "beside": beside} if {
	some object_asked in documents
	beside := [other |
		some other in documents
		other != object_asked
		namespace(other) == namespace(object_asked)
	]
}

documents contains document if {
	is_array(input)
	some file in input
	some document in as_list(file.contents)
}

as_list(value) := value if is_array(value)

as_list(value) := [value] if is_object(value)

namespace(document) := object.get(document, ["metadata", "namespace"], "default")
`;
