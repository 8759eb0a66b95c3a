import { type DocumentPath, positionOf } from "./position-of.js";
import type { SourceDocument } from "./source-document.js";

/** Where something that was read stands. Cheap to make for every value; `regionOf` finds the place when it is asked for. */
export type Source =
  /** A value of a document; a path that is not there means its nearest container. */
  | { readonly kind: "field"; readonly document: SourceDocument; readonly path: DocumentPath }
  /** Text of another kind of file. */
  | { readonly kind: "text"; readonly region: TextRegion }
  /** No file: a flag of the command line, a default. */
  | { readonly kind: "said"; readonly by: string };

/** Lines and columns count from 1; the end is just behind the last character. */
export interface TextRegion {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function fieldSource(document: SourceDocument, path: DocumentPath): Source {
  return { kind: "field", document, path };
}

export function lineSource(file: string, line: number, text = ""): Source {
  const column = text.search(/\S/) + 1;
  const endColumn = Math.max(column, text.trimEnd().length + 1);
  return {
    kind: "text",
    region: { file, line, column: Math.max(column, 1), endLine: line, endColumn },
  };
}

/** null: it stands in no file. */
export function regionOf(source: Source): TextRegion | null {
  if (source.kind === "said") return null;
  if (source.kind === "text") return source.region;
  const { start, end } = positionOf(source.document, source.path);
  return {
    file: start.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
