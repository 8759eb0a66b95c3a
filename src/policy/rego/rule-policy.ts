import type { Condition } from "#policy/condition.js";
import type { Rule } from "#rules/rule/rule.js";
import { regoCondition } from "./translate.js";

/** Kinds other than those that make pods are named in the policy itself. */
function kindLine({ kinds }: Condition): string {
  if (kinds === undefined) return "hotpod.makes_pods";
  return `hotpod.kind in {${kinds.map((kind) => JSON.stringify(kind)).join(", ")}}`;
}

/** `package hotpod.hp210` with `fires`: the names of the containers, or of the object, that the rule speaks of. */
export function rulePackage(condition: Condition, rule: Rule): string {
  const scope = { object: "hotpod.subject", one: "one" };
  const each = { running: "hotpod.v_running", inits: "hotpod.v_inits", object: null }[
    condition.each
  ];
  const { lines: conditions, helpers } = regoCondition(condition.fails, scope, "hotpod.");
  const lines = [
    kindLine(condition),
    ...(each === null ? [] : [`some one in ${each}`]),
    ...conditions,
    `name := ${each === null ? "hotpod.subject.metadata.name" : 'object.get(one, "name", "")'}`,
  ];
  return `# ${rule.id} ${rule.name}: ${rule.title}
package hotpod.${rule.id.toLowerCase()}

import data.lib.hotpod

fires contains name if {
${lines.map((line) => `\t${line}`).join("\n")}
}
${helpers.map((text) => `\n${text}\n`).join("")}`;
}

/** What is said of one name that fires. */
export function messageRego(condition: Condition, rule: Rule): string {
  const what = condition.each === "object" ? "" : "container ";
  return `sprintf(${JSON.stringify(`${rule.id} ${rule.name}: ${what}%s: ${rule.title}`.replaceAll("\n", " "))}, [name])`;
}
