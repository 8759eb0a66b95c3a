/** Whether a path matches; what users write is never run as a regular expression, which could take for ever. */
export type PathTest = (path: string) => boolean;

/**
 * A regular expression of literal text, with `^`, `$`, `.*` at the ends and one group of alternatives: `\.go$`, `\.(go|html)$`,
 * `^bin/`. null: another one, of which nothing is said.
 */
export function simplePattern(pattern: string): PathTest | null {
  let body = pattern;
  let fromStart = false;
  let toEnd = false;
  if (body.startsWith("^")) {
    fromStart = true;
    body = body.slice(1);
  }
  if (body.startsWith(".*") || body.startsWith(".+")) {
    fromStart = false;
    body = body.slice(2);
  }
  if (body.endsWith("$")) {
    toEnd = true;
    body = body.slice(0, -1);
  }
  if (body.endsWith(".*")) {
    toEnd = false;
    body = body.slice(0, -2);
  }
  const literals = alternatives(body)?.map(literal);
  if (literals === undefined || literals.includes(null)) return null;
  const texts = literals as readonly string[];
  return (path) =>
    texts.some((text) => {
      if (fromStart && toEnd) return path === text;
      if (fromStart) return path.startsWith(text);
      return toEnd ? path.endsWith(text) : path.includes(text);
    });
}

function alternatives(body: string): readonly string[] | null {
  const open = body.indexOf("(");
  if (open < 0) return body.split("|");
  const close = body.indexOf(")", open);
  if (close < 0 || body.indexOf("(", open + 1) >= 0) return null;
  const inside = body.slice(open + 1, close).replace(/^\?:/, "");
  return inside.split("|").map((one) => body.slice(0, open) + one + body.slice(close + 1));
}

/** An unescaped dot is meant as a dot. */
function literal(text: string): string | null {
  return /^(?:[\w\-/ .~]|\\[.\-_/])*$/.test(text) ? text.replaceAll("\\", "") : null;
}

/** `*.go`, `bin/**`, `bin`; null: another one. */
export function simpleGlob(glob: string): PathTest | null {
  const bare = glob.replace(/^(\.\/|\*\*\/)/, "");
  if (/^\*[\w.-]*$/.test(bare)) return (path) => path.endsWith(bare.slice(1));
  const folder = bare.replace(/\/\*{0,2}$/, "");
  return /^[\w./-]+$/.test(folder)
    ? (path) => path === folder || path.startsWith(`${folder}/`)
    : null;
}

export function extensionOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1] ?? "";
}
