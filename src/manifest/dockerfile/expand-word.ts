/**
 * A word as the builder takes it: `$X`, `${X}`, `${X:-y}`, `${X:+y}`, `${X:?y}` and the same without the colon, with the values that are known,
 * and without its quotes and escapes. null: a variable has no value here, or it is changed in a way that is not known. Linear.
 */
export function expandWord(word: string, values: Values, escapeSign = "\\"): string | null {
  const scan: Scan = { word, values, escapeSign, at: 0, isUnknown: false, left: VALUES_MAX };
  const text = part(scan, "", 0);
  return scan.isUnknown ? null : text;
}

export type Values = Pick<ReadonlyMap<string, string>, "get">;

interface Scan {
  readonly word: string;
  readonly values: Values;
  readonly escapeSign: string;
  at: number;
  isUnknown: boolean;
  /** How much values may still add. */
  left: number;
}

/** In UTF-16 units of one word. Without a bound, variables made of one another grow without one. */
const VALUES_MAX = 1_024;

/** Deeper defaults of defaults are not looked into. */
const DEPTH_MAX = 32;

/** Up to an unquoted `stop`, or to the end. */
function part(scan: Scan, stop: string, depth: number): string {
  const { word, escapeSign } = scan;
  const found: string[] = [];
  let inDouble = false;
  while (scan.at < word.length) {
    const c = word.charAt(scan.at);
    if (c === stop && !inDouble) return found.join("");
    if (c === "'" && !inDouble) found.push(singleQuoted(scan));
    else if (c === '"') {
      inDouble = !inDouble;
      scan.at++;
    } else if (c === escapeSign) found.push(escaped(scan, inDouble));
    else if (c === "$") found.push(variable(scan, depth));
    else {
      found.push(c);
      scan.at++;
    }
  }
  // The builder refuses what is never closed.
  if (stop !== "" || inDouble) scan.isUnknown = true;
  return found.join("");
}

function singleQuoted(scan: Scan): string {
  const { word, at } = scan;
  const close = word.indexOf("'", at + 1);
  if (close < 0) scan.isUnknown = true;
  const end = close < 0 ? word.length : close;
  scan.at = end + 1;
  return word.slice(at + 1, end);
}

/** In double quotes it stands for itself before what needs no escape. */
function escaped(scan: Scan, inDouble: boolean): string {
  const next = scan.word.charAt(scan.at + 1);
  scan.at += 2;
  const needed = !inDouble || next === '"' || next === "$" || next === scan.escapeSign;
  return needed ? next : scan.escapeSign + next;
}

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*|\d+|[@*#?$!-]/uy;
/** Of a shell's own; the builder has none of them. */
const SPECIAL = /^(\d+|[@*#?$!-])$/;

function nameAt({ word }: Scan, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(word)?.[0] ?? "";
}

function variable(scan: Scan, depth: number): string {
  const { word, values } = scan;
  const isBraced = word.charAt(scan.at + 1) === "{";
  const name = nameAt(scan, scan.at + (isBraced ? 2 : 1));
  if (!isBraced) {
    scan.at += 1 + name.length;
    return name === "" ? "$" : valueIn(scan, name);
  }
  scan.at += 2 + name.length;
  if (word.charAt(scan.at) === "}") {
    scan.at++;
    return valueIn(scan, name);
  }
  const [operator = ""] = /^:?[-+?]/.exec(word.slice(scan.at, scan.at + 2)) ?? [];
  if (name === "" || operator === "" || depth >= DEPTH_MAX) {
    scan.isUnknown = true;
    scan.at = word.length;
    return "";
  }
  scan.at += operator.length;
  const value = values.get(name);
  const isSet = value !== undefined && (value !== "" || !operator.startsWith(":"));
  // What is not chosen may hold variables without a value.
  const before = scan.isUnknown;
  const other = part(scan, "}", depth + 1);
  const isClosed = scan.at < word.length;
  scan.at++;
  // The builder ends where a value is demanded and missing.
  if (operator.endsWith("?") && !isSet) scan.isUnknown = true;
  const chosen = operator.endsWith("+") ? isSet : !isSet;
  if (!chosen && isClosed) scan.isUnknown = before;
  if (operator.endsWith("+")) return isSet ? other : "";
  return isSet ? valueIn(scan, name) : other;
}

function valueIn(scan: Scan, name: string): string {
  if (SPECIAL.test(name)) return "";
  const value = scan.values.get(name);
  scan.left -= value?.length ?? 0;
  if (value !== undefined && scan.left >= 0) return value;
  scan.isUnknown = true;
  return "";
}
