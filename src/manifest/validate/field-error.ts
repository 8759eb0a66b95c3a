import type { FieldPath } from "#manifest/fields/field-path.js";

/** What the API server refuses: where, and in its own words: `Invalid value: 3: must be 1`. */
export interface FieldError {
  readonly path: FieldPath;
  readonly text: string;
}

/** Words and forms of k8s.io/apimachinery, pkg/util/validation/field. */
export function required(path: FieldPath, detail = ""): FieldError {
  return { path, text: joined("Required value", detail) };
}

export function forbidden(path: FieldPath, detail: string): FieldError {
  return { path, text: joined("Forbidden", detail) };
}

export function invalid(path: FieldPath, value: unknown, detail: string): FieldError {
  return { path, text: joined(`Invalid value: ${written(value)}`, detail) };
}

export function duplicate(path: FieldPath, value: unknown): FieldError {
  return { path, text: `Duplicate value: ${written(value)}` };
}

export function notFound(path: FieldPath, value: unknown): FieldError {
  return { path, text: `Not found: ${written(value)}` };
}

export function notSupported(
  path: FieldPath,
  value: unknown,
  supported: readonly string[],
): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(", ");
  return { path, text: `Unsupported value: ${written(value)}: supported values: ${list}` };
}

export function tooMany(path: FieldPath, actual: number, max: number): FieldError {
  const items = max === 1 ? "item" : "items";
  return { path, text: `Too many: ${actual}: must have at most ${max} ${items}` };
}

/** None, or the one that every count and number of seconds shares. */
export function nonNegative(path: FieldPath, value: number): FieldError[] {
  return value < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];
}

const joined = (what: string, detail: string): string =>
  detail === "" ? what : `${what}: ${detail}`;

/** As Go marshals it: what has fields is given by the caller in Go's order and under Go's names. */
function written(value: unknown): string {
  return JSON.stringify(value);
}
