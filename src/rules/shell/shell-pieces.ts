/** A command as it is written, with what ends it. */
export interface Piece {
  readonly text: string;
  readonly behind: string;
}

interface Frame {
  start: number;
  inQuotes: boolean;
  readonly close: ")" | "`" | "";
  /** `( … )` stands for itself; a substitution is a part of the command around it. */
  readonly subshell: boolean;
}

interface Scan {
  readonly text: string;
  readonly found: { readonly start: number; readonly piece: Piece }[];
  readonly frames: Frame[];
  at: number;
}

/** Deeper substitutions are left as text, so that a character is in so many pieces at most. */
const DEPTH_MAX = 16;

/** A script's commands in the order in which they begin, those of substitutions and subshells among them. */
export function shellPieces(text: string): Piece[] {
  const scan: Scan = { text, found: [], frames: [frameAt(0, "", false)], at: 0 };
  while (scan.at < text.length) step(scan);
  while (scan.frames.length > 0) {
    cut(scan, "");
    scan.frames.pop();
  }
  return scan.found.sort((a, b) => a.start - b.start).map(({ piece }) => piece);
}

function frameAt(start: number, close: Frame["close"], subshell: boolean): Frame {
  return { start, inQuotes: false, close, subshell };
}

const top = ({ frames }: Scan): Frame => frames.at(-1) ?? frameAt(0, "", false);

function step(scan: Scan): void {
  const { text, at } = scan;
  const frame = top(scan);
  const c = text.charAt(at);
  if (c === "\\") scan.at += 2;
  else if (text.startsWith("$((", at)) scan.at = behindArithmetic(text, at);
  else if (text.startsWith("$(", at)) enter(scan, ")", 2, false);
  else if (c === "`") frame.close === "`" ? leave(scan) : enter(scan, "`", 1, false);
  else if (c === '"') {
    frame.inQuotes = !frame.inQuotes;
    scan.at++;
  } else if (frame.inQuotes) scan.at++;
  else stepOutsideQuotes(scan, c);
}

function stepOutsideQuotes(scan: Scan, c: string): void {
  const { text, at } = scan;
  const frame = top(scan);
  if (c === "'") {
    scan.at = indexOrEnd(text, "'", at + 1) + 1;
  } else if (text.startsWith("((", at)) {
    scan.at = behindArithmetic(text, at);
  } else if (c === "(") {
    cut(scan, "(");
    enter(scan, ")", 1, true);
  } else if (c === ")" && frame.close === ")") {
    leave(scan);
  } else if (c === "#" && /^$|\s|[;&|(]/.test(text.charAt(at - 1))) {
    cut(scan, "\n");
    scan.at = indexOrEnd(text, "\n", at);
    frame.start = scan.at;
  } else {
    const separator = separatorAt(text, at);
    if (separator === null) scan.at++;
    else {
      cut(scan, separator);
      scan.at += separator.length;
      frame.start = scan.at;
    }
  }
}

function separatorAt(text: string, at: number): string | null {
  const c = text.charAt(at);
  const pair = text.slice(at, at + 2);
  if (c === "&" && pair !== "&&") {
    const redirects = /[<>]/.test(text.charAt(at - 1)) || pair === "&>";
    return redirects ? null : "&";
  }
  if (pair === "&&" || pair === "||" || pair === ";;" || pair === "|&") return pair;
  return c === "\n" || c === ";" || c === "|" || c === ")" ? c : null;
}

function cut({ text, found, frames, at }: Scan, behind: string): void {
  const { start } = frames.at(-1) ?? { start: at };
  const own = text.slice(start, at).trim();
  if (own !== "") found.push({ start, piece: { text: own, behind } });
}

function enter(scan: Scan, close: ")" | "`", width: number, subshell: boolean): void {
  scan.at += width;
  if (scan.frames.length < DEPTH_MAX) scan.frames.push(frameAt(scan.at, close, subshell));
  else if (subshell) top(scan).start = scan.at;
}

function leave(scan: Scan): void {
  cut(scan, ")");
  const { subshell } = top(scan);
  scan.frames.pop();
  scan.at++;
  if (subshell) top(scan).start = scan.at;
}

/** Without an end, the rest is taken for arithmetic, so nothing is looked at twice. */
function behindArithmetic(text: string, at: number): number {
  return indexOrEnd(text, "))", at) + 2;
}

function indexOrEnd(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index < 0 ? text.length : index;
}
