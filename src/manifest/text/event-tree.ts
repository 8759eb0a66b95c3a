import { EVENT_ID, type Event, getScalarValue, parseEvents, type ScalarEvent } from "js-yaml";

/** A document's events, with what its anchors name. */
export interface EventTree {
  readonly text: string;
  readonly events: readonly Event[];
  readonly anchors: ReadonlyMap<string, number>;
}

export function eventTree(text: string): EventTree {
  const events = parseEvents(text, { maxDepth: 400 });
  return { text, events, anchors: anchorsOf(text, events) };
}

function anchorsOf(text: string, events: readonly Event[]): Map<string, number> {
  const anchors = new Map<string, number>();
  events.forEach((event, index) => {
    if (!("anchorStart" in event) || event.anchorStart < 0 || event.type === EVENT_ID.ALIAS) return;
    anchors.set(text.slice(event.anchorStart, event.anchorEnd), index);
  });
  return anchors;
}

export function dereference(tree: EventTree, at: number): number {
  const event = tree.events[at];
  if (event?.type !== EVENT_ID.ALIAS) return at;
  return tree.anchors.get(tree.text.slice(event.anchorStart, event.anchorEnd)) ?? at;
}

export function child(
  tree: EventTree,
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
function entry(tree: EventTree, at: number, name: string): { key: number; value: number } | null {
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

export function childrenOf(tree: EventTree, at: number): number[] {
  const children: number[] = [];
  for (let i = at + 1; tree.events[i] !== undefined && tree.events[i]?.type !== EVENT_ID.POP; ) {
    children.push(i);
    i = behind(tree, i);
  }
  return children;
}

/** The index of the event after this one and all it holds. */
export function behind(tree: EventTree, at: number): number {
  let depth = 0;
  for (let i = at; i < tree.events.length; i++) {
    const type = tree.events[i]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return i + 1;
  }
  return tree.events.length;
}

export const isScalar = (event: Event | undefined): event is ScalarEvent =>
  event?.type === EVENT_ID.SCALAR;

export function rangeOf(tree: EventTree, at: number): { from: number; to: number } {
  const event = tree.events[at];
  if (isScalar(event)) {
    const quoted = /["']/.test(tree.text.charAt(event.valueStart - 1)) ? 1 : 0;
    return { from: event.valueStart - quoted, to: event.valueEnd + quoted };
  }
  if (event !== undefined && "start" in event) return { from: event.start, to: event.start + 1 };
  if (event?.type === EVENT_ID.ALIAS) return { from: event.anchorStart - 1, to: event.anchorEnd };
  return { from: 0, to: 0 };
}
