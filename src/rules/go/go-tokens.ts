/** A token of Go, as go/scanner gives them, without comments and without the semicolons that it puts in. */
export interface GoToken {
  readonly kind: "name" | "string" | "number" | "rune" | "sign";
  /** As it is written; of a string, what it stands for where that is plain. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]+)?i?|0[bBoO][0-9_]+i?|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?i?/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const RUNE = /'(?:[^'\\\n]|\\.[^']*)'/y;
const RAW = /`[^`]*`/y;
const SIGN =
  /&\^=|<<=|>>=|\.\.\.|&\^|<<|>>|<-|&&|\|\||\+\+|--|==|!=|<=|>=|:=|[+\-*/%&|^]=|[-+*/%&|^<>=!()[\]{},;.:~]/y;

/** Text that is no Go gives the tokens up to where it stops being some. */
export function goTokens(text: string): GoToken[] {
  const tokens: GoToken[] = [];
  let at = 0;
  let line = 1;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  const take = (kind: GoToken["kind"], written: string, shown = written): void => {
    tokens.push({ kind, text: shown, line });
    at += written.length;
    for (const sign of written) if (sign === "\n") line++;
  };
  while (at < text.length) {
    const sign = text[at] ?? "";
    if (sign === "\n") line++;
    if (/\s/.test(sign) || sign === "\uFEFF") at++;
    else if (text.startsWith("//", at)) at = endOf(text, "\n", at);
    else if (text.startsWith("/*", at)) {
      const end = endOf(text, "*/", at + 2) + 2;
      for (let i = at; i < Math.min(end, text.length); i++) if (text[i] === "\n") line++;
      at = end;
    } else if (sign === '"') {
      const found = match(STRING);
      if (found === null) return tokens;
      take("string", found, plain(found));
    } else if (sign === "`") {
      const found = match(RAW);
      if (found === null) return tokens;
      take("string", found, found.slice(1, -1).replaceAll("\r", ""));
    } else if (sign === "'") {
      const found = match(RUNE);
      if (found === null) return tokens;
      take("rune", found);
    } else {
      const number = /[0-9]/.test(sign) || /\.[0-9]/.test(text.slice(at, at + 2));
      const kind = number ? "number" : match(NAME) !== null ? "name" : "sign";
      const found = match({ number: NUMBER, name: NAME, sign: SIGN }[kind]);
      if (found === null) return tokens;
      take(kind, found);
    }
  }
  return tokens;
}

function endOf(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at;
}

/** Escapes are rare in what is looked for: addresses, paths, names. */
const plain = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
