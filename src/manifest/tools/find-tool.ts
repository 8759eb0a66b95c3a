import { nearest } from "#base/nearest.js";
import { fail, ok, type Result } from "#base/result.js";
import type { InputProblem } from "#manifest/input-problem.js";
import type { ReloadTool } from "#model/reload-tool.js";
import { TOOL_FACTS, type ToolFacts } from "./tool-facts.js";

/** `air`, `air-old`, `air@1.61.7`. An unknown tool or version is never guessed. */
export function findTool(text: string, where: string): Result<ReloadTool, InputProblem> {
  const [name = "", version] = text.split("@");
  const rows = TOOL_FACTS.filter((row) => row.name === name.toLowerCase());
  const [row] = rows;
  if (row === undefined)
    return fail({ where, what: `unknown tool "${name}"`, hint: toolHint(name) });
  if (version === undefined) return ok(toolOf(row));
  if (!/^v?\d+(\.\d+)*$/.test(version)) {
    return fail({
      where,
      what: `"${version}" is no version`,
      hint: `Write ${row.name}@${row.from}.`,
    });
  }
  // `air@1.61.7` is the row of air's older versions.
  const same = TOOL_FACTS.filter(({ program }) => program === row.program);
  const fitting = same.find((one) => covers(one, version));
  if (fitting !== undefined) return ok(toolOf(fitting, version.replace(/^v/, "")));
  const known = same.map(rangeOf).join(" and ");
  const hint = `Known: ${row.program} ${known}. What another version does can be said in a file: --tool FILE.`;
  return fail({ where, what: `nothing is known of ${row.program} ${version}`, hint });
}

function toolNames(): string[] {
  return TOOL_FACTS.map(({ name }) => name);
}

/** The row of a program's newest known versions; null: no reload tool. */
export function toolOfProgram(program: string): ReloadTool | null {
  const row = TOOL_FACTS.find((one) => one.program === program);
  return row === undefined ? null : toolOf(row);
}

export function toolHint(name: string): string {
  const names = ["hotpod", ...toolNames()];
  const near = nearest(name, names);
  const file = "a file that describes one: --tool FILE";
  return near === null
    ? `Known: ${names.join(", ")}, or ${file}.`
    : `Did you mean "${near}"? Or ${file}.`;
}

function toolOf(row: ToolFacts, version?: string): ReloadTool {
  return { ...row.facts, name: row.program, versions: version ?? rangeOf(row) };
}

function rangeOf({ from, before }: ToolFacts): string {
  if (before !== null) return `<${before}`;
  return from === "0" ? "any version" : `≥${from}`;
}

function covers({ from, before }: ToolFacts, version: string): boolean {
  return compare(version, from) >= 0 && (before === null || compare(version, before) < 0);
}

/** By numbers: 1.10 is newer than 1.9. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.replace(/^v/, "").split(".").map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
