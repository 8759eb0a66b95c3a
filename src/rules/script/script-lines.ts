import { lineSource, type Source } from "#manifest/text/source.js";
import type { ConfigText } from "#rules/subject/project.js";

/** A line of a script with those that continue it, without comments. */
export interface ScriptLine {
  readonly text: string;
  readonly at: Source;
}

/** Of shell, a Makefile or a workflow: a command's words are the same in all of them. */
export function scriptLines({ file, text }: ConfigText): readonly ScriptLine[] {
  const lines: ScriptLine[] = [];
  let head: { readonly first: number; readonly shown: string; readonly text: string } | null = null;
  for (const [index, whole] of text.split("\n").entries()) {
    const line = whole.replace(/\r$/, "").replace(/(^|\s)#.*$/, "");
    const continues = line.endsWith("\\");
    const words = continues ? line.slice(0, -1) : line;
    const first: number = head?.first ?? index + 1;
    const shown: string = head?.shown ?? whole;
    const joined: string = head === null ? words : `${head.text} ${words.trim()}`;
    head = continues ? { first, shown, text: joined } : null;
    if (continues || joined.trim() === "") continue;
    lines.push({ text: joined, at: lineSource(file, first, shown) });
  }
  return lines;
}
