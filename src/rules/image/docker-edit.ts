import type { DockerfileReading, DockerInstruction } from "#manifest/dockerfile/read-dockerfile.js";
import type { Change } from "#rules/rule/fix.js";
import type { Fault } from "#rules/rule/outcome.js";

/** Takes one variable out of an ENV or ARG, or the whole instruction where it sets no other; null: it cannot be cut out by itself. */
export function withoutVariable(
  { file, text }: DockerfileReading,
  { start, end, variables }: DockerInstruction,
  name: string,
): Change | null {
  const index = variables.findIndex((one) => one.name === name);
  const own = variables[index];
  if (own === undefined) return null;
  const cut = (from: number, to: number): Change => ({
    kind: "text",
    ...{ file, text, start: from, end: to, newText: "" },
  });
  if (variables.length === 1) {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const newline = text.indexOf("\n", end);
    const to = newline < 0 ? text.length : newline + 1;
    // Something else on the line, as a here-document would have it.
    return text.slice(from, start).trim() === "" ? cut(from, to) : null;
  }
  const next = variables[index + 1];
  const before = variables[index - 1];
  const [from, to] =
    next === undefined ? [before?.end ?? own.start, own.end] : [own.start, next.start];
  return text.slice(from, to).includes("#") ? null : cut(from, to);
}

/** Each is shown as a patch of the whole file, so a file full of one fault has its fixes in portions. */
const FIXES_MAX = 8;

/** Of one file's faults: only the first ones with a fix keep it. */
export function firstFixes(faults: readonly Fault[]): readonly Fault[] {
  let left = FIXES_MAX;
  return faults.map((fault) => {
    if (fault.fix === undefined || left-- > 0) return fault;
    const { fix: _, ...rest } = fault;
    return rest;
  });
}
