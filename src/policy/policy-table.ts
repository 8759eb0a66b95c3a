import { actionOf, EXPORTED, type ExportedRule, needsInventory } from "./exported.js";

/** Every exported rule in Markdown: what a hit does, and what its policy sees less than the rule. */
export function policyTable(): string {
  const rows = EXPORTED.map((one) => `| ${cells(one).join(" | ")} |`);
  return ["| rule | hit | sees less |", "|---|---|---|", ...rows].join("\n");
}

function cells(one: ExportedRule): readonly string[] {
  const { rule, condition } = one;
  const notes = [
    ...(needsInventory(one) ? ["Inventory: gatekeeper and conftest only."] : []),
    ...(condition.approximate === true ? ["A text is matched: for auditing."] : []),
    ...(condition.sees ?? []),
  ];
  return [`[${rule.id}](rules/${rule.id}.md) ${rule.name}`, actionOf(one), notes.join(" ")];
}
