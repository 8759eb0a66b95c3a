import { isDeepStrictEqual } from "node:util";
import { EVENT_ID } from "js-yaml";
import { fail, ok, type Result } from "#base/result.js";
import {
  childrenOf,
  type EventTree,
  eventTree,
  isScalar,
  rangeOf,
} from "#manifest/text/event-tree.js";
import type { DocumentPath } from "#manifest/text/position-of.js";
import { readDocuments } from "#manifest/text/read-documents.js";
import { changedValue, type FieldChange } from "./changed-value.js";
import { columnOf, endOf, flowEnd, indentOf, isFlow, lineEnd } from "./text-places.js";
import {
  blockEntry,
  blockItem,
  blockText,
  flowText,
  isEmptyOrScalar,
  type JsonValue,
} from "./yaml-text.js";

export interface EditRefusal {
  readonly what: string;
}

/** A document's text, and whether all of it is JSON. */
export interface EditedText {
  readonly text: string;
  readonly format: "yaml" | "json";
}

/**
 * The text with one change made: comments, order, indentation and quotes of everything else stay as they are. Never a wrong text:
 * what comes out is read again, and is refused unless it says exactly what was asked for.
 */
export function editDocument(
  document: EditedText & { readonly value: unknown },
  change: FieldChange,
): Result<string, EditRefusal> {
  const wanted = changedValue(document.value, [change]);
  if (isDeepStrictEqual(wanted, document.value)) return ok(document.text);
  const edited = splice(document, change);
  if (!edited.ok) return edited;
  const { documents, problems } = readDocuments(edited.value, "");
  const [read] = documents;
  if (problems.length > 0 || documents.length !== 1 || !isDeepStrictEqual(read?.value, wanted)) {
    return fail({ what: "its text is written in a way that is not changed by machine" });
  }
  return edited;
}

function splice({ text, format }: EditedText, change: FieldChange): Result<string, EditRefusal> {
  const tree = eventTree(text);
  const place = locate(tree, change.path);
  if (!place.ok) return place;
  const at = { ...place.value, tree, json: format === "json" };
  switch (change.kind) {
    case "set":
      return at.missing.length === 0 ? replace(at, change.value) : insert(at, change.value);
    case "append":
      return at.missing.length === 0 ? append(at, change.value) : insert(at, [change.value]);
    case "remove":
      return at.missing.length === 0 ? remove(at) : ok(text);
  }
}

interface Located {
  /** The event of the deepest value of the path that is there, and of its key. */
  readonly at: number;
  readonly key: number | null;
  /** Of the map it is in. */
  readonly parent: number | null;
  readonly missing: DocumentPath;
}

interface Spot extends Located {
  readonly tree: EventTree;
  readonly json: boolean;
}

/** Text that is reached through an alias or a merge key belongs to others too, so it is not changed. */
function locate(tree: EventTree, path: DocumentPath): Result<Located, EditRefusal> {
  let [at, key, parent]: [number, number | null, number | null] = [1, null, null];
  for (const [index, step] of path.entries()) {
    if (tree.events[at]?.type === EVENT_ID.ALIAS) {
      return fail({
        what: `${path.slice(0, index).join(".")} is an alias: its text belongs to others too`,
      });
    }
    const found = childOf(tree, at, step);
    if (found === null) return ok({ at, key, parent, missing: path.slice(index) });
    if (found === "merged") {
      return fail({ what: `${path.slice(0, index + 1).join(".")} may come from a merge key` });
    }
    parent = at;
    ({ key, value: at } = found);
  }
  return ok({ at, key, parent, missing: [] });
}

function childOf(
  tree: EventTree,
  at: number,
  step: string | number,
): { key: number | null; value: number } | "merged" | null {
  const event = tree.events[at];
  const children = childrenOf(tree, at);
  if (event?.type === EVENT_ID.SEQUENCE) {
    const value = typeof step === "number" ? children[step] : undefined;
    return value === undefined ? null : { key: null, value };
  }
  if (event?.type !== EVENT_ID.MAPPING) return null;
  let merged = false;
  for (let i = 0; i + 1 < children.length; i += 2) {
    const [key = 0, value = 0] = children.slice(i, i + 2);
    const word = wordOf(tree, key);
    if (word === String(step)) return { key, value };
    merged ||= word === "<<";
  }
  return merged ? "merged" : null;
}

function wordOf(tree: EventTree, at: number): string | null {
  if (!isScalar(tree.events[at])) return null;
  const { from, to } = rangeOf(tree, at);
  return tree.text.slice(from, to).replace(/^(["'])(.*)\1$/, "$2");
}

const put = (text: string, from: number, to: number, middle: string): Result<string, EditRefusal> =>
  ok(text.slice(0, from) + middle + text.slice(to));

/** Of a value that is there. */
function replace({ tree, at, key, json }: Spot, value: JsonValue): Result<string, EditRefusal> {
  const event = tree.events[at];
  if (!isScalar(event)) {
    if (event !== undefined && !isFlow(tree, at)) return replaceBlock(tree, at, value);
    const end = flowEnd(tree, at);
    if (end === null) return fail({ what: "its bracket is not found" });
    return put(tree.text, rangeOf(tree, at).from, end + 1, flowText(value, json));
  }
  if (event.valueStart >= 0) {
    const { from, to } = rangeOf(tree, at);
    return put(tree.text, from, to, flowText(value, json));
  }
  // `key:` and nothing behind it.
  if (key === null) return fail({ what: "an empty item of a list is not filled" });
  const colon = tree.text.indexOf(":", rangeOf(tree, key).to);
  return put(tree.text, colon + 1, colon + 1, ` ${flowText(value, json)}`);
}

/** A block gives way to another one, at the same indentation, unless comments would go with it. */
function replaceBlock(tree: EventTree, at: number, value: JsonValue): Result<string, EditRefusal> {
  const { text } = tree;
  const begin = rangeOf(tree, at).from;
  const lineStart = text.lastIndexOf("\n", begin - 1) + 1;
  const stop = lineEnd(text, endOf(tree, at));
  const old = text.slice(lineStart, stop);
  const indent = text.slice(lineStart, begin);
  if (/\S/.test(indent) || isEmptyOrScalar(value))
    return fail({ what: "a whole block is not replaced" });
  if (/(^|\s)#/.test(old)) return fail({ what: "comments would be lost with the block" });
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const shown = blockText(value, indent).replaceAll("\n", newline);
  return put(text, lineStart, stop, old.endsWith("\n") ? `${shown}${newline}` : shown);
}

/** Of a key that is missing, with what is missing above it. */
function insert(spot: Spot, value: JsonValue): Result<string, EditRefusal> {
  const { tree, at, missing, json } = spot;
  const [key, ...rest] = missing;
  if (typeof key !== "string" || rest.some((step) => typeof step !== "string")) {
    return fail({ what: "there is no such item in the list" });
  }
  const nested = rest.reduceRight<JsonValue>((inside, step) => ({ [step]: inside }), value);
  const event = tree.events[at];
  if (isScalar(event)) {
    return event.valueStart < 0 || /^(null|~)$/.test(wordOf(tree, at) ?? "")
      ? replace(spot, { [key]: nested })
      : fail({ what: `${wordOf(tree, at)} stands where a map is needed` });
  }
  if (event?.type !== EVENT_ID.MAPPING)
    return fail({ what: "a list stands where a map is needed" });
  const children = childrenOf(tree, at);
  if (isFlow(tree, at)) {
    const entry = `${json ? JSON.stringify(key) : flowText(key, false)}: `;
    return intoFlow(tree, at, children, entry, nested, json);
  }
  const indent = indentOf(tree, children[0] ?? at);
  return behindLine(tree, endOf(tree, at), blockEntry(key, nested, indent));
}

function append(spot: Spot, value: JsonValue): Result<string, EditRefusal> {
  const { tree, at, json } = spot;
  const event = tree.events[at];
  if (isScalar(event) && event.valueStart < 0) return replace(spot, [value]);
  if (event?.type !== EVENT_ID.SEQUENCE) return fail({ what: "there is no list to append to" });
  const children = childrenOf(tree, at);
  if (isFlow(tree, at)) return intoFlow(tree, at, children, "", value, json);
  const indent = " ".repeat(columnOf(tree.text, event.start));
  return behindLine(tree, endOf(tree, at), blockItem(value, indent));
}

/** Before the closing bracket; on a line of its own where the other entries have theirs. */
function intoFlow(
  tree: EventTree,
  at: number,
  children: readonly number[],
  head: string,
  value: JsonValue,
  json: boolean,
): Result<string, EditRefusal> {
  const close = flowEnd(tree, at);
  if (close === null) return fail({ what: "its bracket is not found" });
  const last = children.at(-1);
  if (last === undefined) return put(tree.text, close, close, `${head}${flowText(value, json)}`);
  const end = endOf(tree, last);
  const first = children[0] ?? last;
  if (!tree.text.slice(end, close).includes("\n")) {
    return put(tree.text, end, end, `, ${head}${flowText(value, json)}`);
  }
  const indent = indentOf(tree, first);
  const shown = json
    ? JSON.stringify(value, null, 2).replaceAll("\n", `\n${indent}`)
    : flowText(value, json);
  return put(tree.text, end, end, `,\n${indent}${head}${shown}`);
}

/** An entry of a block goes with its lines; the last one leaves an empty map or list behind. */
function remove({ tree, at, key, parent }: Spot): Result<string, EditRefusal> {
  if (parent === null) return fail({ what: "a whole document is not removed" });
  const siblings = childrenOf(tree, parent);
  const width = key === null ? 1 : 2;
  const first = key ?? at;
  const place = siblings.indexOf(first);
  if (siblings.length <= width) return emptied(tree, parent);
  const from = rangeOf(tree, first).from;
  const end = Math.max(endOf(tree, at), rangeOf(tree, first).to);
  if (!isFlow(tree, parent)) {
    const lineStart = tree.text.lastIndexOf("\n", from - 1) + 1;
    const before = tree.text.slice(lineStart, from);
    const own = key === null ? /^\s*-\s+$/ : /^\s*$/;
    if (!own.test(before)) return fail({ what: "it shares its line with another value" });
    return put(tree.text, lineStart, lineEnd(tree.text, end), "");
  }
  const next = siblings[place + width];
  if (next !== undefined) return put(tree.text, from, rangeOf(tree, next).from, "");
  return put(tree.text, endOf(tree, siblings[place - 1] ?? parent), end, "");
}

/** Of a map or list whose only entry goes. */
function emptied(tree: EventTree, at: number): Result<string, EditRefusal> {
  const { text } = tree;
  const brackets = tree.events[at]?.type === EVENT_ID.SEQUENCE ? "[]" : "{}";
  const [first = at] = childrenOf(tree, at);
  const end = endOf(tree, at);
  if (isFlow(tree, at)) return put(text, rangeOf(tree, at).from, end, brackets);
  const head = text.slice(0, rangeOf(tree, first).from).replace(/[\s-]+$/, "");
  if (!head.endsWith(":"))
    return fail({ what: "a comment stands before the only entry of its block" });
  return put(text, head.length, end, ` ${brackets}`);
}

/** New lines after the line in which a block ends; a comment behind it stays where it is. */
function behindLine(tree: EventTree, end: number, lines: string): Result<string, EditRefusal> {
  const { text } = tree;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const shown = lines.replaceAll("\n", newline);
  // A block scalar ends behind its newline.
  if (text.charAt(end - 1) === "\n") return put(text, end, end, `${shown}${newline}`);
  const stop = lineEnd(text, end);
  const complete = text.charAt(stop - 1) === "\n";
  return put(text, stop, stop, complete ? `${shown}${newline}` : `${newline}${shown}`);
}
