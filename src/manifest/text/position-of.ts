import { EVENT_ID, type Event, getScalarValue, parseEvents, type ScalarEvent } from "js-yaml";
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
  const events = parseEvents(document.text, { maxDepth: 400 });
  const tree: Tree = { text: document.text, events, anchors: anchorsOf(document.text, events) };
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
  const start = key !== null && !isScalar(events[at]) ? rangeOf(tree, key) : value;
  const place = (offset: number): Place => placeAt(document, document.file, offset);
  return {
    start: place(start.from),
    end: place(start.to),
    key: key === null ? null : place(rangeOf(tree, key).from),
    found,
  };
}

interface Tree {
  readonly text: string;
  readonly events: readonly Event[];
  readonly anchors: ReadonlyMap<string, number>;
}

function anchorsOf(text: string, events: readonly Event[]): Map<string, number> {
  const anchors = new Map<string, number>();
  events.forEach((event, index) => {
    if (!("anchorStart" in event) || event.anchorStart < 0 || event.type === EVENT_ID.ALIAS) return;
    anchors.set(text.slice(event.anchorStart, event.anchorEnd), index);
  });
  return anchors;
}

function dereference(tree: Tree, at: number): number {
  const event = tree.events[at];
  if (event?.type !== EVENT_ID.ALIAS) return at;
  return tree.anchors.get(tree.text.slice(event.anchorStart, event.anchorEnd)) ?? at;
}

function child(
  tree: Tree,
  at: number,
  step: string | number,
): { key: number | null; value: number } | null {
  const event = tree.events[at];
  if (event?.type === EVENT_ID.SEQUENCE && typeof step === "number") {
    const items = childrenOf(tree, at);
    const value = items[step];
    return value === undefined ? null : { key: null, value };
  }
  if (event?.type === EVENT_ID.MAPPING) return entry(tree, at, String(step));
  return null;
}

/** A key of the mapping itself wins over one that is merged into it. */
function entry(tree: Tree, at: number, name: string): { key: number; value: number } | null {
  const children = childrenOf(tree, at);
  const merged: number[] = [];
  for (let i = 0; i + 1 < children.length; i += 2) {
    const [key = 0, value = 0] = children.slice(i, i + 2);
    const event = tree.events[key];
    if (!isScalar(event)) continue;
    const word = getScalarValue(tree.text, event);
    if (word === name) return { key, value };
    if (word === "<<") merged.push(value);
  }
  for (const one of merged) {
    const source = dereference(tree, one);
    const sources =
      tree.events[source]?.type === EVENT_ID.SEQUENCE ? childrenOf(tree, source) : [source];
    for (const each of sources) {
      const map = dereference(tree, each);
      if (tree.events[map]?.type !== EVENT_ID.MAPPING) continue;
      const found = entry(tree, map, name);
      if (found !== null) return found;
    }
  }
  return null;
}

function childrenOf(tree: Tree, at: number): number[] {
  const children: number[] = [];
  for (let i = at + 1; tree.events[i] !== undefined && tree.events[i]?.type !== EVENT_ID.POP; ) {
    children.push(i);
    i = behind(tree, i);
  }
  return children;
}

/** The index of the event after this one and all it holds. */
function behind(tree: Tree, at: number): number {
  let depth = 0;
  for (let i = at; i < tree.events.length; i++) {
    const type = tree.events[i]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return i + 1;
  }
  return tree.events.length;
}

const isScalar = (event: Event | undefined): event is ScalarEvent =>
  event?.type === EVENT_ID.SCALAR;

function rangeOf(tree: Tree, at: number): { from: number; to: number } {
  const event = tree.events[at];
  if (isScalar(event)) {
    const quoted = /["']/.test(tree.text.charAt(event.valueStart - 1)) ? 1 : 0;
    return { from: event.valueStart - quoted, to: event.valueEnd + quoted };
  }
  if (event !== undefined && "start" in event) return { from: event.start, to: event.start + 1 };
  if (event?.type === EVENT_ID.ALIAS) return { from: event.anchorStart - 1, to: event.anchorEnd };
  return { from: 0, to: 0 };
}
