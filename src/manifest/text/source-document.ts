/** One document of a file: its text, where it stands, and what it says. */
export interface SourceDocument {
  /** As it was named: a path, or `-` for standard input. */
  readonly file: string;
  readonly text: string;
  /** Lines of the file before this text. */
  readonly linesBefore: number;
  /** Maps, lists, strings, numbers, booleans and null; aliases and merge keys are resolved. */
  readonly value: unknown;
  readonly format: "yaml" | "json";
}

/** A place in a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Text that cannot be read. The other documents of its file are read all the same. */
export interface TextProblem {
  readonly kind: "syntax" | "duplicate-key" | "too-large" | "too-deep" | "aliases" | "template";
  readonly place: Place;
  readonly what: string;
}

export function placeText({ file, line, column }: Place): string {
  return `${file === "-" ? "standard input" : file}:${line}:${column}`;
}
