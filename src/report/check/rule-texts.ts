import { textTable } from "#report/table.js";
import { wrapText } from "#report/text/wrap-text.js";
import type { RuleEntry } from "./check-report.js";

/** One rule for a terminal. */
export function explainText(rule: RuleEntry, columns: number): string {
  const paragraph = (name: string, text: string): string[] => [
    "",
    name,
    ...wrapText(text, columns, "  "),
  ];
  return [
    `${rule.id} ${rule.name} · ${gradeText(rule)}`,
    ...wrapText(rule.title, columns),
    ...paragraph("Why", rule.why),
    ...paragraph("When", rule.when),
    ...paragraph("What to do", rule.remedy),
    ...paragraph("Fires", rule.fires),
    ...paragraph("Stays quiet", rule.quiet),
    ...(rule.peers === null ? [] : paragraph("Elsewhere", rule.peers)),
    "",
    `inputs ${rule.inputs} · fix ${rule.fix} · at admission ${rule.exports}`,
  ].join("\n");
}

export function ruleList(rules: readonly RuleEntry[]): string {
  const columns = ["id", "name", "severity", "inputs", "fix"].map((title) => ({
    title,
    align: "left" as const,
  }));
  const rows = rules.map((rule) => [rule.id, rule.name, gradeText(rule), rule.inputs, rule.fix]);
  return textTable(columns, rows);
}

/** A page of the documentation. */
export function rulePage(rule: RuleEntry): string {
  return [
    `# ${rule.id} ${rule.name}`,
    "",
    `**${rule.title}**`,
    "",
    `Severity: ${gradeText(rule)} · inputs: \`${rule.inputs}\` · fix: ${rule.fix} · at admission: ${rule.exports}`,
    "",
    rule.why,
    "",
    "## When it fires",
    "",
    rule.when,
    "",
    `For example: ${rule.fires}`,
    "",
    `It stays quiet: ${rule.quiet}`,
    "",
    "## What to do",
    "",
    rule.remedy,
    ...(rule.peers === null ? [] : ["", "## Elsewhere", "", rule.peers]),
    "",
  ].join("\n");
}

export function ruleIndex(rules: readonly RuleEntry[]): string {
  return [
    "# Rules of `hotpod check`",
    "",
    "Letters of severity: A a pod rejected, never ready, killed or evicted; a the same, but only sometimes; L requests or connections",
    "lost; V a wrong, old or unprovable version runs; B a build or reload fails, loops or has no effect; X exposure; O no harm by itself.",
    "▽: one step less under `--profile dev`. Letters of inputs: W workload, N other objects, D Dockerfile, I image, R reload tool,",
    "H hotpod's settings, G Go project, S scripts, T timings, B binary.",
    "",
    "| rule | severity | inputs | fix |",
    "|---|---|---|---|",
    ...rules.map(
      (rule) =>
        `| [${rule.id}](${rule.id}.md) ${rule.title} | ${gradeText(rule)} | ${rule.inputs.replaceAll("|", "\\|")} | ${rule.fix} |`,
    ),
    "",
  ].join("\n");
}

function gradeText({ grade, reason, lessInDev }: RuleEntry): string {
  return `${grade}/${reason}${lessInDev ? " ▽" : ""}`;
}
