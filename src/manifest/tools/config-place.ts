import type { DocumentPath } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { fieldSource, regionOf, type TextRegion } from "#manifest/text/source.js";
import { tomlEntries } from "./toml-entries.js";

/** A reload tool's configuration file. */
interface ConfigFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Where `table.key` stands in TOML, JSON, or `key: value` lines; else the nearest table that is there, else the first line.
 * `table`: `build`, `""` for the top. Linear in the text.
 */
export function configPlace(config: ConfigFile, table: string, key: string | null): TextRegion {
  const path = [...(table === "" ? [] : table.split(".")), ...(key === null ? [] : [key])];
  const { file, text } = config;
  if (file.endsWith(".json")) return jsonPlace(config, path);
  if (!file.endsWith(".toml")) return linePlace(config, key);
  const { entries } = tomlEntries(text);
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length).join("\0");
    const found = entries.find((entry) => entry.path.join("\0") === wanted);
    if (found !== undefined) return region(file, text, found.from, found.to);
  }
  return firstLine(file, text);
}

/** YAML reads JSON too, and knows where everything stands. */
function jsonPlace({ file, text }: ConfigFile, path: DocumentPath): TextRegion {
  const [document] = readDocuments(text, file).documents;
  if (document === undefined || path.length === 0) return firstLine(file, text);
  return regionOf(fieldSource(document, path)) ?? firstLine(file, text);
}

/** `key: value` a line, as fresh has them. */
function linePlace({ file, text }: ConfigFile, key: string | null): TextRegion {
  let from = 0;
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (key !== null && colon > 0 && line.slice(0, colon).trim() === key) {
      return region(file, text, from + line.search(/\S/), from + line.trimEnd().length);
    }
    from += line.length + 1;
  }
  return firstLine(file, text);
}

function firstLine(file: string, text: string): TextRegion {
  const end = text.indexOf("\n");
  return region(file, text, 0, end < 0 ? text.length : end);
}

/** Of offsets in UTF-16 units. */
export function region(file: string, text: string, from: number, to: number): TextRegion {
  const start = placeOf(text, from);
  const end = placeOf(text, to);
  return {
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let begin = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) {
    line++;
    begin = i + 1;
  }
  return { line, column: offset - begin + 1 };
}
