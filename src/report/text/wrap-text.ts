/** Words in lines of at most `columns` characters, each after `indent`; a word that is longer stands alone. */
export function wrapText(text: string, columns: number, indent = ""): string[] {
  const room = Math.max(20, columns - widthOf(indent));
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, indent + line];
}

/** As `wrapText`, under a mark at the first line, such as `✗`. */
export function wrapItem(mark: string, text: string, columns: number, indent = ""): string[] {
  const inner = `${indent}${" ".repeat(widthOf(mark) + 1)}`;
  const [first = inner, ...rest] = wrapText(text, columns, inner);
  return [`${indent}${mark} ${first.slice(inner.length)}`, ...rest];
}

const widthOf = (text: string): number => [...text].length;
