/** Where an item of a list stands in its text: whole lines but for the comma behind it. */
export interface ItemText {
  readonly text: string;
  readonly linesBefore: number;
}

/**
 * The items of a Kubernetes List as `kubectl get -o json` writes it, each on lines of its own, so that a list of thousands costs no
 * more to look into than thousands of files. null: it is written in another way.
 */
export function jsonItems(text: string): readonly ItemText[] | null {
  const list = /^\{\s*(?:"[^"\\]*":\s*"[^"\\]*",\s*)*"items":\s*\[/.exec(text);
  if (list === null) return null;
  const found: ItemText[] = [];
  let [lineStart, line] = [0, 0];
  const pass = (to: number, from: number): void => {
    for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
      line++;
      lineStart = at + 1;
    }
  };
  let at = list[0].length;
  pass(at, 0);
  for (;;) {
    const start = behindSpace(text, at);
    pass(start, at);
    if (text[start] === "]") return found;
    if (text[start] !== "{" || text.slice(lineStart, start).trim() !== "") return null;
    const end = objectEnd(text, start);
    if (end === null) return null;
    found.push({ text: text.slice(lineStart, end), linesBefore: line });
    pass(end, start);
    const next = behindSpace(text, end);
    if (text[next] !== "," && text[next] !== "]") return null;
    pass(next, end);
    at = text[next] === "," ? next + 1 : next;
  }
}

function behindSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return at;
}

const MARK = /["{}]/g;

/** Behind the brace that closes the one at `start`. */
function objectEnd(text: string, start: number): number | null {
  let depth = 0;
  MARK.lastIndex = start;
  for (let mark = MARK.exec(text); mark !== null; mark = MARK.exec(text)) {
    if (mark[0] === '"') {
      const end = stringEnd(text, mark.index);
      if (end === null) return null;
      MARK.lastIndex = end;
    } else {
      depth += mark[0] === "{" ? 1 : -1;
      if (depth === 0) return mark.index + 1;
    }
  }
  return null;
}

function stringEnd(text: string, start: number): number | null {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return null;
}
