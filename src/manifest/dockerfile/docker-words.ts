/** A word of an instruction, with its quotes. */
export interface DockerWord {
  /** Continued lines are joined. */
  readonly text: string;
  /** In the text that was read, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

interface Scan {
  readonly text: string;
  readonly escapeSign: string;
  readonly words: DockerWord[];
  quote: string;
  /** Of the word that is being read: its parts before `from`, and where it began; null: between words. */
  parts: string[];
  start: number | null;
  from: number;
  at: number;
}

/** Words between white space, as an instruction without a shell has them. Linear in the text's length. */
export function dockerWords(text: string, escapeSign = "\\"): readonly DockerWord[] {
  const scan: Scan = {
    text,
    escapeSign,
    words: [],
    quote: "",
    parts: [],
    start: null,
    from: 0,
    at: 0,
  };
  while (scan.at < text.length) step(scan);
  endWord(scan, text.length);
  return scan.words;
}

function step(scan: Scan): void {
  const { text, at, quote } = scan;
  const c = text.charAt(at);
  if (c === scan.escapeSign) {
    const behind = behindContinuation(text, at + 1);
    if (behind !== null) {
      if (scan.start !== null) scan.parts.push(text.slice(scan.from, at));
      scan.from = behind;
      scan.at = behind;
      return;
    }
    beginWord(scan);
    // In single quotes it is a character like others.
    scan.at += quote === "'" ? 1 : 2;
  } else if (quote !== "") {
    if (c === quote) scan.quote = "";
    scan.at++;
  } else if (/\s/.test(c)) {
    endWord(scan, at);
    scan.at++;
  } else {
    beginWord(scan);
    if (c === '"' || c === "'") scan.quote = c;
    scan.at++;
  }
}

function beginWord(scan: Scan): void {
  if (scan.start !== null) return;
  scan.start = scan.at;
  scan.from = scan.at;
}

function endWord(scan: Scan, end: number): void {
  const { text, start, from, parts } = scan;
  if (start === null) return;
  const joined = parts.join("") + text.slice(from, end);
  // Where a line is continued and nothing comes behind, the word ended before it.
  scan.words.push({ text: joined, start, end });
  scan.parts = [];
  scan.start = null;
}

/** An instruction's text as one line: what continues it, and the comments between, left out. */
export function joinedLines(text: string, escapeSign: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(escapeSign); at >= 0; at = text.indexOf(escapeSign, at)) {
    // One that is escaped itself continues nothing.
    const behind = text.charAt(at - 1) === escapeSign ? null : behindContinuation(text, at + 1);
    if (behind !== null) {
      parts.push(text.slice(from, at));
      from = behind;
    }
    at = behind ?? at + 1;
  }
  return parts.join("") + text.slice(from);
}

/** The first offset after a line's end that continues it, and after comments and empty lines below; null: it continues nothing. */
function behindContinuation(text: string, from: number): number | null {
  // At the end there is nothing to be continued.
  if (behindBlanks(text, from) === text.length) return text.length;
  let at = behindLine(text, from);
  if (at === null) return null;
  for (;;) {
    const begin = behindBlanks(text, at);
    if (text.charAt(begin) === "#") {
      const end = text.indexOf("\n", begin);
      at = end < 0 ? text.length : end + 1;
      continue;
    }
    const next = behindLine(text, begin);
    if (next === null) return at;
    at = next;
  }
}

/** After blanks and a line's end. */
function behindLine(text: string, from: number): number | null {
  const at = behindBlanks(text, from);
  if (text.startsWith("\r\n", at)) return at + 2;
  return text.charAt(at) === "\n" ? at + 1 : null;
}

function behindBlanks(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
  return at;
}
