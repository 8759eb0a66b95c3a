/** A key or a table's header of a TOML text. Offsets count UTF-16 units. */
export interface TomlEntry {
  /** From the top: `["build", "delay"]`. */
  readonly path: readonly string[];
  /** Of a key up to the end of its value; of a header with its brackets. */
  readonly from: number;
  readonly to: number;
}

/** Where things stand in a TOML text that a parser has taken, which keeps no places. One pass; never fails. */
export function tomlEntries(text: string): { readonly entries: readonly TomlEntry[] } {
  const entries: TomlEntry[] = [];
  let table: readonly string[] = [];
  let at = 0;
  while (at < text.length) {
    const from = skip(text, at, " \t\r\n");
    const first = text.charAt(from);
    const end = lineEnd(text, from);
    at = end + 1;
    if (first === "" || first === "#") continue;
    if (first === "[") {
      const close = headerEnd(text, from, end);
      table = keyParts(text.slice(from, close).replace(/^\[+|\]+$/g, ""));
      entries.push({ path: table, from, to: close });
      continue;
    }
    const equals = equalsSign(text, from, end);
    if (equals < 0) continue;
    const to = valueEnd(text, equals + 1);
    entries.push({ path: [...table, ...keyParts(text.slice(from, equals))], from, to });
    at = lineEnd(text, to) + 1;
  }
  return { entries };
}

function skip(text: string, at: number, characters: string): number {
  let i = at;
  while (i < text.length && characters.includes(text.charAt(i))) i++;
  return i;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function headerEnd(text: string, from: number, end: number): number {
  let i = from;
  while (i < end && text.charAt(i) !== "]") i = quoted(text.charAt(i)) ? stringEnd(text, i) : i + 1;
  return Math.min(text.charAt(i + 1) === "]" ? i + 2 : i + 1, end);
}

function equalsSign(text: string, from: number, end: number): number {
  let i = from;
  while (i < end && text.charAt(i) !== "=") i = quoted(text.charAt(i)) ? stringEnd(text, i) : i + 1;
  return i < end ? i : -1;
}

/** Behind the value's last character, without what follows on its line. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  let last = at;
  for (let i = at; i < text.length; ) {
    const c = text.charAt(i);
    if (c === "\n" && depth === 0) break;
    if (c === "#") {
      i = lineEnd(text, i);
      continue;
    }
    if ("[{".includes(c)) depth++;
    if ("]}".includes(c)) depth--;
    const next = quoted(c) ? stringEnd(text, i) : i + 1;
    if (!/\s/.test(c)) last = next;
    i = next;
  }
  return last;
}

const quoted = (c: string): boolean => c === '"' || c === "'";

/** Behind a string's closing quotes; one that is not closed ends with its line. */
function stringEnd(text: string, at: number): number {
  const quote = text.charAt(at);
  const long = text.startsWith(quote.repeat(3), at);
  const close = long ? quote.repeat(3) : quote;
  let i = at + close.length;
  while (i < text.length && !text.startsWith(close, i)) {
    if (text.charAt(i) === "\n" && !long) return i;
    i += text.charAt(i) === "\\" && quote === '"' ? 2 : 1;
  }
  return Math.min(i + close.length, text.length);
}

/** `build."odd.key"` → two parts. */
function keyParts(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; ) {
    const c = text.charAt(i);
    if (quoted(c)) {
      const end = stringEnd(text, i);
      part += text.slice(i + 1, end - 1);
      i = end;
      continue;
    }
    if (c === ".") {
      parts.push(part);
      part = "";
    } else if (!/\s/.test(c)) part += c;
    i++;
  }
  return [...parts, part];
}
