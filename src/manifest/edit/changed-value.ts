import type { DocumentPath } from "#manifest/text/position-of.js";
import type { JsonValue } from "./yaml-text.js";

/** `append`: to the list at the path, which is made if it is missing. */
export type FieldChange =
  | { readonly kind: "set" | "append"; readonly path: DocumentPath; readonly value: JsonValue }
  | { readonly kind: "remove"; readonly path: DocumentPath };

/** A document's value with changes made; the value itself stays as it is, and what is not touched is shared. */
export function changedValue(value: unknown, changes: readonly FieldChange[]): unknown {
  return changes.reduce((now, change) => changed(now, change.path, change), value);
}

function changed(value: unknown, path: DocumentPath, change: FieldChange): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return ended(value, change);
  if (Array.isArray(value)) return changedItem(value, Number(step), rest, change);
  const fields = { ...(value as Readonly<Record<string, unknown>> | null | undefined) };
  const inside = Object.hasOwn(fields, step) ? fields[step] : undefined;
  if (change.kind === "remove" && rest.length === 0) delete fields[step];
  else if (change.kind !== "remove" || inside !== undefined) {
    fields[step] = changed(inside, rest, change);
  }
  return fields;
}

function changedItem(
  list: readonly unknown[],
  index: number,
  rest: DocumentPath,
  change: FieldChange,
): readonly unknown[] {
  if (change.kind === "remove" && rest.length === 0) return list.filter((_, i) => i !== index);
  return list.map((item, i) => (i === index ? changed(item, rest, change) : item));
}

function ended(value: unknown, change: FieldChange): unknown {
  switch (change.kind) {
    case "set":
      return change.value;
    case "append":
      return [...(Array.isArray(value) ? (value as unknown[]) : []), change.value];
    case "remove":
      return value;
  }
}
