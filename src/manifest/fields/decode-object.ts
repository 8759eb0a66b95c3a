import { type FieldPath, inside, pathSteps, pathText } from "./field-path.js";
import { isQuantity } from "./quantity.js";
import {
  embeddedIn,
  type FieldType,
  goName,
  namedString,
  type StructTable,
} from "./struct-table.js";

/** What the API server cannot even read. `path` leads to it; `text` is its own message. */
export interface DecodeProblem {
  readonly kind: "type" | "unknown-field";
  readonly path: FieldPath;
  readonly text: string;
}

/**
 * Looks at an object as the API server's decoder does: every field known, every value of its type. The object is then what
 * its Raw type says, with null and absent fields left as they are. `base`: where in its object the value stands.
 */
export function decodeObject(
  value: unknown,
  struct: string,
  table: StructTable,
  base: FieldPath | null = null,
): DecodeProblem[] {
  const problems: DecodeProblem[] = [];
  const type: FieldType = { kind: "struct", name: struct };
  visit(value, type, base, { root: struct, base, struct, table, problems });
  return problems;
}

interface Around {
  readonly root: string;
  readonly base: FieldPath | null;
  /** The struct that holds the value. */
  readonly struct: string;
  readonly table: StructTable;
  readonly problems: DecodeProblem[];
}

function visit(value: unknown, type: FieldType, path: FieldPath | null, around: Around): void {
  if (value === null || value === undefined) return;
  if (type.kind === "list" && Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(item, type.of, inside(path, index), around);
  } else if (type.kind === "map" && isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      visit(item, type.of, inside(path, { key }), around);
    }
  } else if (type.kind === "struct" && isObject(value)) {
    fields(value, type.name, path, around);
  } else if (!fits(value, type.kind)) {
    mismatch(value, type, path, around);
  }
}

function fields(
  value: Readonly<Record<string, unknown>>,
  name: string,
  path: FieldPath | null,
  around: Around,
): void {
  const struct = around.table.get(name);
  const within = { ...around, struct: name };
  for (const [key, item] of Object.entries(value)) {
    const at = inside(path, key);
    const type = struct?.get(key);
    if (type !== undefined) visit(item, type, at, within);
    else {
      const text = `unknown field ${JSON.stringify(pathText(at))}`;
      around.problems.push({ kind: "unknown-field", path: at, text });
    }
  }
}

function fits(value: unknown, kind: FieldType["kind"]): boolean {
  switch (kind) {
    case "string":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "int32":
      return isInteger(value, 2 ** 31);
    case "int64":
      return isInteger(value, 2 ** 63);
    case "int-or-string":
      return typeof value === "string" || isInteger(value, 2 ** 31);
    case "quantity":
      return typeof value === "number" || (typeof value === "string" && isQuantity(value));
    case "any":
      return true;
    default:
      return false;
  }
}

const isInteger = (value: unknown, limit: number): boolean =>
  Number.isInteger(value) && (value as number) < limit && (value as number) >= -limit;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function mismatch(value: unknown, type: FieldType, path: FieldPath | null, around: Around): void {
  if (path === null) {
    const text = `json: cannot unmarshal ${jsonName(value, type)} into Go value of type ${goName(type)}`;
    around.problems.push({ kind: "type", path: inside(null, ""), text });
    return;
  }
  const last = pathSteps(path).at(-1);
  const named = typeof last === "string" ? namedString(around.struct, last) : null;
  const text =
    type.kind === "quantity"
      ? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
      : `json: cannot unmarshal ${jsonName(value, type)} into Go struct field ${goPath(path, around)} of type ${named ?? goName(type)}`;
  around.problems.push({ kind: "type", path, text });
}

/** Go names the number itself only where a number of another kind is wanted. */
function jsonName(value: unknown, type: FieldType): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value !== "number") return typeof value;
  const wantsNumber = /^int/.test(type.kind);
  return wantsNumber ? `number ${value}` : "number";
}

/** Go's way to say where: the innermost struct, then the fields from the top, without indexes and keys of maps. */
function goPath(path: FieldPath, { root, base, struct, table }: Around): string {
  const names: (string | number)[] = pathSteps(base);
  let type: FieldType | undefined = { kind: "struct", name: root };
  for (const step of pathSteps(path).slice(names.length)) {
    if (type?.kind === "struct") {
      const embedded = embeddedIn(type.name, String(step));
      names.push(...(embedded === null ? [] : [embedded]), String(step));
      type = table.get(type.name)?.get(String(step));
    } else {
      type = type?.kind === "list" || type?.kind === "map" ? type.of : undefined;
    }
  }
  return `${struct}.${names.join(".")}`;
}
