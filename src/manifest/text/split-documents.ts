export interface DocumentText {
  readonly text: string;
  /** Lines of the file before this text. */
  readonly linesBefore: number;
}

/**
 * Cuts a stream at its `---` lines without parsing it, so that a broken document cannot hide the ones after it. kubectl
 * cuts the same way. Documents that hold nothing but comments and blanks are left out.
 */
export function splitDocuments(stream: string): DocumentText[] {
  const documents: DocumentText[] = [];
  let line = 0;
  let begin = 0;
  let beginLine = 0;
  const cut = (end: number): void => {
    const text = stream.slice(begin, end);
    if (!BLANK.test(text)) documents.push({ text, linesBefore: beginLine });
  };
  for (let at = 0; at < stream.length; ) {
    const newline = stream.indexOf("\n", at);
    const next = newline < 0 ? stream.length : newline + 1;
    line++;
    if (stream.startsWith("---", at) && isMark(stream.slice(at + 3, next))) {
      cut(at);
      begin = next;
      beginLine = line;
    }
    at = next;
  }
  cut(stream.length);
  return documents;
}

/** Comments and directives alone are no document. */
const BLANK = /^(?:[ \t\r]*(?:#[^\n]*)?(?:\n|$)|%[^\n]*(?:\n|$))*$/;

const isMark = (rest: string): boolean => /^\s*(#.*)?$/.test(rest);
