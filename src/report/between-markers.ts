/** Replaces what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. null: the text has no such pair. */
export function betweenMarkers(text: string, name: string, content: string): string | null {
  const begin = `<!-- ${name}:begin -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`<!-- ${name}:end -->`, from);
  if (from < 0 || to < 0) return null;
  return `${text.slice(0, from + begin.length)}\n${content.trimEnd()}\n${text.slice(to)}`;
}
