/** A value as JSON has it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** On one line: flow style, and JSON where `json`. */
export function flowText(value: JsonValue, json: boolean): string {
  if (json) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, json)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, inside]) => `${scalarText(key)}: ${flowText(inside, json)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  return scalarText(value as string | number | boolean | null);
}

/** `key: value` in block style, each line behind `indent`, without the last newline. */
export function blockEntry(key: string, value: JsonValue, indent: string): string {
  const head = `${indent}${scalarText(key)}:`;
  if (isEmptyOrScalar(value)) return `${head} ${flowText(value, false)}`;
  return `${head}\n${blockText(value, `${indent}  `)}`;
}

/** `- value` in block style. */
export function blockItem(value: JsonValue, indent: string): string {
  if (isEmptyOrScalar(value)) return `${indent}- ${flowText(value, false)}`;
  const inside = blockText(value, `${indent}  `);
  return `${indent}- ${inside.slice(indent.length + 2)}`;
}

/** A list or a map that is not empty. */
export function blockText(value: JsonValue, indent: string): string {
  if (Array.isArray(value)) return value.map((item) => blockItem(item, indent)).join("\n");
  return Object.entries(value as Readonly<Record<string, JsonValue>>)
    .map(([key, inside]) => blockEntry(key, inside, indent))
    .join("\n");
}

export function isEmptyOrScalar(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.keys(value).length === 0;
}

/** Words that YAML takes for something else than text, or that are no plain text. */
const NOT_PLAIN =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?[.\d].*|0[xo].*|\.(?:inf|nan))$|^$/i;

export function scalarText(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const plain = /^[A-Za-z0-9_./][A-Za-z0-9_./%-]*$/.test(value) && !NOT_PLAIN.test(value);
  return plain ? value : JSON.stringify(value);
}
