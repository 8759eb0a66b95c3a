const FLAG = /\s*(--[a-z][^\s]*)/y;

/** The flags of an instruction, which stand first, and where they end. */
export function flagsAt(
  text: string,
  from: number,
  end: number,
  escapeSign: string,
): { readonly flags: readonly string[]; readonly end: number } {
  const flags: string[] = [];
  let at = from;
  for (;;) {
    const next = behindContinuations(text, at, escapeSign);
    FLAG.lastIndex = next;
    const flag = FLAG.exec(text)?.[1];
    if (flag === undefined || FLAG.lastIndex > end) return { flags, end: at };
    flags.push(flag);
    at = FLAG.lastIndex;
  }
}

const CONTINUED: Readonly<Record<string, RegExp>> = {
  "\\": /(?:[ \t]*\\[ \t]*\r?\n)*/y,
  "`": /(?:[ \t]*`[ \t]*\r?\n)*/y,
};

function behindContinuations(text: string, from: number, escapeSign: string): number {
  const pattern = CONTINUED[escapeSign];
  if (pattern === undefined) return from;
  pattern.lastIndex = from;
  pattern.exec(text);
  return Math.max(from, pattern.lastIndex);
}
