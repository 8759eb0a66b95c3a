import type { DocumentPath } from "#manifest/text/position-of.js";

/** A map of a document; what is none counts as empty. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

export function fieldsAt(top: unknown, path: DocumentPath): Fields {
  return fieldsOf(path.reduce<unknown>((value, step) => valueIn(value, step), top));
}

function valueIn(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)] as unknown;
  return Object.hasOwn(fieldsOf(value), step) ? fieldsOf(value)[step] : undefined;
}

/** A scalar as text. What is a list, a map or nothing counts as empty: `String` throws on maps without a prototype. */
export function scalarText(value: unknown): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}
