/** Words of Go templates as Helm and its kind use them; `{{ $labels.pod }}` in an alert's text is none of these. */
const HELM =
  /\{\{-?\s*(\/\*|\$?\.(Values|Release|Chart|Capabilities|Files|Template|Subcharts)\b|(include|template|toYaml|nindent|indent|tpl|required|default|quote|lookup|if|else|end|range|with|define|block)\b)/;

/**
 * The offset of an unrendered template's mark; null: none. A text that does not parse is judged by any `{{`; one that does
 * only by Helm's words outside block scalars, since `{{` in a string may be meant for another program.
 */
export function templateMarker(text: string, parses: boolean): number | null {
  const first = text.indexOf("{{");
  if (first < 0) return null;
  if (!parses) return first;
  let offset = 0;
  let blockIndent: number | null = null;
  for (const line of text.split("\n")) {
    const indent = line.search(/\S/);
    if (blockIndent !== null && indent >= 0 && indent <= blockIndent) blockIndent = null;
    if (blockIndent === null) {
      const found = HELM.exec(withoutComment(line));
      if (found !== null) return offset + found.index;
      if (/(^|[\s:-])[|>][-+0-9]*\s*(#.*)?$/.test(line)) blockIndent = indent;
    }
    offset += line.length + 1;
  }
  return null;
}

const withoutComment = (line: string): string => line.replace(/(^|\s)#.*$/, "$1");
