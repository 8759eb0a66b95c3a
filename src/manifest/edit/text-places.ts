import { EVENT_ID } from "js-yaml";
import { childrenOf, type EventTree, isScalar, rangeOf } from "#manifest/text/event-tree.js";

const BLOCK_STYLE = 1;

export function isFlow(tree: EventTree, at: number): boolean {
  const event = tree.events[at];
  return event !== undefined && "style" in event && Number(event.style) !== BLOCK_STYLE;
}

/** Just behind the last character of a value and of all it holds. */
export function endOf(tree: EventTree, at: number): number {
  const event = tree.events[at];
  if (isScalar(event)) return event.valueStart < 0 ? -1 : rangeOf(tree, at).to;
  if (event?.type === EVENT_ID.ALIAS) return rangeOf(tree, at).to;
  if (isFlow(tree, at)) return (flowEnd(tree, at) ?? rangeOf(tree, at).from) + 1;
  const [last, key] = [childrenOf(tree, at).at(-1), childrenOf(tree, at).at(-2)];
  const end = last === undefined ? -1 : endOf(tree, last);
  // `key:` with nothing behind it ends at its colon.
  if (end >= 0 || key === undefined) return Math.max(end, rangeOf(tree, at).from);
  return tree.text.indexOf(":", rangeOf(tree, key).to) + 1;
}

/** The closing bracket of a flow collection. */
export function flowEnd(tree: EventTree, at: number): number | null {
  const event = tree.events[at];
  const last = childrenOf(tree, at).at(-1);
  let i = last === undefined ? rangeOf(tree, at).from + 1 : endOf(tree, last);
  if (i < 0) return null;
  const bracket = event?.type === EVENT_ID.SEQUENCE ? "]" : "}";
  for (; i < tree.text.length; i++) {
    const sign = tree.text.charAt(i);
    if (sign === bracket) return i;
    if (sign === "#") i = tree.text.indexOf("\n", i);
    else if (!/[\s,]/.test(sign)) return null;
    if (i < 0) return null;
  }
  return null;
}

export const columnOf = (text: string, offset: number): number =>
  offset - (text.lastIndexOf("\n", offset - 1) + 1);

/** Of an entry: what stands before it on its line, with the dash of an item as a space. */
export function indentOf(tree: EventTree, at: number): string {
  const { from } = rangeOf(tree, at);
  const before = tree.text.slice(from - columnOf(tree.text, from), from);
  return /^\s*$/.test(before) ? before : " ".repeat(before.length);
}

/** Where the line of this offset ends, its newline included. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}
