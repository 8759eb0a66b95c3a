import { child, dereference, eventTree, isScalar, rangeOf } from "./event-tree.js";
import { placeAt } from "./read-documents.js";
import type { Place, SourceDocument } from "./source-document.js";

/** Keys and indexes from the top of a document. */
export type DocumentPath = readonly (string | number)[];

export interface Region {
  readonly start: Place;
  /** Just behind the last character. */
  readonly end: Place;
  /** Of the key it stands under; null for an item of a list and for the top. */
  readonly key: Place | null;
  /** How much of the path is really there; the region is of that part. */
  readonly found: number;
}

/**
 * Where the value at a path stands; for what is not there, where its nearest container does. Parses the document again, so
 * it is for findings only. Keys that came in by `<<` or an alias are found where they are written.
 */
export function positionOf(document: SourceDocument, path: DocumentPath): Region {
  const tree = eventTree(document.text);
  // Event 0 opens the document.
  let at = 1;
  let key: number | null = null;
  let found = 0;
  for (const step of path) {
    const next = child(tree, dereference(tree, at), step);
    if (next === null) break;
    at = next.value;
    key = next.key;
    found++;
  }
  const value = rangeOf(tree, at);
  // A container is pointed at by its key: its own first character is the first of something inside.
  const start = key !== null && !isScalar(tree.events[at]) ? rangeOf(tree, key) : value;
  const place = (offset: number): Place => placeAt(document, document.file, offset);
  return {
    start: place(start.from),
    end: place(start.to),
    key: key === null ? null : place(rangeOf(tree, key).from),
    found,
  };
}
